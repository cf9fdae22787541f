// One recorder whose database is away until everything is spooled; it kills itself before step KILL_AT of its disk work.
import net from "node:net";
import { createRecorder } from "../../lib/collect/record";
import { nodeFiles, type SpoolFile, type SpoolFiles } from "../../lib/collect/spool-files";
import { env, provideEnv } from "../../lib/env";
import { resultsAt } from "../support/collection";

const [folder = "", subject, from, to, killAt] = process.argv.slice(2);
let steps = 0;
let away = true;

/** The same port, with a sudden death before the wanted call. */
function mortal<T extends object>(port: T): T {
  return new Proxy(port, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function") return member;
      return (...parameters: unknown[]) => {
        steps += 1;
        if (steps === Number(killAt)) process.kill(process.pid, "SIGKILL");
        return member.apply(target, parameters);
      };
    },
  });
}
const files: SpoolFiles = mortal({
  ...nodeFiles,
  open: (path: string, fresh: boolean): Promise<SpoolFile> => nodeFiles.open(path, fresh).then(mortal),
});

const real = new URL(env().DATABASE_URL);
const relay = net.createServer((near) => {
  if (away) return void near.destroy();
  const far = net.connect(Number(real.port), real.hostname);
  near.pipe(far).on("error", () => near.destroy());
  far.pipe(near).on("error", () => far.destroy());
});
await new Promise<void>((done) => relay.listen(0, "127.0.0.1", done));
provideEnv({ DATABASE_URL: Object.assign(new URL(real), { port: (relay.address() as net.AddressInfo).port }).href });

// Pauses between turns say nothing here.
const later = globalThis.setTimeout;
globalThis.setTimeout = ((work: () => void, ms = 0) => later(work, ms > 1_000 ? ms : ms / 50)) as typeof setTimeout;
const until = async (holds: () => boolean) => {
  while (!holds()) await new Promise((done) => setTimeout(done, 50));
};

const recorder = createRecorder({ folder, maxBytes: 32 * 1_000, database: "ours", exclusive: false, files });
await recorder.start();
for (let tick = Number(from); tick < Number(to); tick += 1) {
  for (const result of resultsAt(Number(subject), tick, ["self"])) recorder.push(result);
  await until(() => recorder.counts().held === 0);
  process.stdout.write(`kept ${tick}\n`);
}
away = false;
await until(() => recorder.counts().waiting === 0);
await recorder.close();
process.stdout.write(`${JSON.stringify({ steps, ...recorder.counts() })}\n`);
process.exit(0);
