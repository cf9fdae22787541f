// perf on another machine over a real sshd: it counts where the key may run commands, and never outlives the connection.
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it, onTestFinished } from "vitest";
import { createPerfCounter } from "../../lib/host/perf/counter";
import { localPrograms, type Programs } from "../../lib/host/perf/programs";
import { valuesSince } from "../../lib/host/perf/tally";
import { connectSsh, type SshConnection } from "../../lib/host/ssh/connect";
import { FIND_PERF, perfIn } from "../../lib/host/ssh/programs";
import { type Sshd, startSshd } from "./support/sshd";

const QUICK = { cores: "all", intervalMs: 100 };
const soon = { timeout: 15_000, interval: 20 };
let sshd: Sshd;
beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

async function opened(rules = ""): Promise<SshConnection> {
  const { privateKey } = await sshd.clientKey("ed25519", rules);
  const connection = await connectSsh({
    ...{ host: sshd.host, port: sshd.port, user: sshd.user, hostKeys: sshd.hostKeys() },
    auth: { type: "key", privateKey, passphrase: "" },
  });
  onTestFinished(() => connection.close());
  return connection;
}

async function counterOn(connection: SshConnection, programs: Partial<Programs> = {}) {
  const host = await connection.host();
  const parts = { programs: { ...host.programs, ...programs }, restAfter: () => 20 };
  const counter = createPerfCounter(host.readerOf("perf_events"), parts);
  onTestFinished(() => counter.close());
  return counter;
}

/** A program that counts ten page faults in each interval until its input ends, and the numbers of those that were started. */
function script() {
  const folder = mkdtempSync(path.join(tmpdir(), "dozor-perf-"));
  chmodSync(folder, 0o777);
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const program = path.join(folder, "perf");
  const tells = `n=1; while sleep 0.05 && kill -0 $$; do n=$((n + 1)); printf '%d.%d00000000,10,,page-faults,1,100.00,,\\n' $((n / 10)) $((n % 10)); done`;
  const text = `#!/bin/sh\necho $$ >>${folder}/starts; echo "$LC_ALL $*" >${folder}/call; (${tells}) & cat >/dev/null; kill $!\n`;
  writeFileSync(program, text, { mode: 0o755 });
  const told = (name: string) => {
    const file = path.join(folder, name);
    return existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
  };
  return { found: { findPerf: async () => ({ path: program, isScript: true }) }, told };
}

const isAlive = (pid: string) => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
};

it("counts there, or knows exactly why not", async () => {
  const counter = await counterOn(await opened());
  counter.configure(QUICK);
  await expect.poll(() => counter.read()?.trouble?.code ?? "none", soon).not.toBe("starting");
  const reading = counter.read();
  if ((await localPrograms().findPerf()) === null) return expect(reading?.trouble?.code).toBe("no_perf");
  if (reading?.trouble)
    return expect(reading.trouble).toMatchObject({ code: "no_permission", remedy: expect.any(String) });
  expect(valuesSince(reading?.tallies ?? new Map(), new Map()).get("cpu-clock")?.perSecond).toBeGreaterThan(0);
});

it("says that a key which only reads files is not enough", async () => {
  const counter = await counterOn(await opened('restrict,command="internal-sftp -R"'));
  counter.configure(QUICK);
  await expect.poll(() => counter.read()?.trouble?.code, soon).toBe("files_only");
});

it("counts as it is told, ends when nobody wants it any more, and starts again what was killed", async () => {
  const { found, told } = script();
  const counter = await counterOn(await opened(), found);
  counter.configure(QUICK);
  await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
  expect(told("call")[0]).toMatch(/^C stat -x , --log-fd 1 -I 100 -a -e cpu-clock,.* -- cat$/);
  expect(valuesSince(counter.read()?.tallies ?? new Map(), new Map()).get("page-faults")?.value).toBe(10);
  process.kill(Number(told("starts")[0]), "SIGKILL");
  await expect.poll(() => told("starts").length, soon).toBe(2);
  await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
  counter.configure(null);
  await expect.poll(() => told("starts").filter(isAlive), soon).toEqual([]);
});

it("ends with the connection", async () => {
  const { found, told } = script();
  const connection = await opened();
  const counter = await counterOn(connection, found);
  counter.configure(QUICK);
  await expect.poll(() => counter.read()?.trouble, soon).toBeNull();
  await connection.close();
  await expect.poll(() => told("starts").filter(isAlive), soon).toEqual([]);
  await expect.poll(() => counter.read()?.trouble?.code, soon).toBe("failed");
  await counter.close();
});

it.each([
  ["a program", "dozor:perf\n/usr/bin/perf\n\x7fE", { path: "/usr/bin/perf", isScript: false }],
  ["a script, after a greeting", "Hello\ndozor:perf\n/opt/perf\n#!", { path: "/opt/perf", isScript: true }],
  ["none", "dozor:perf\n", null],
  ["another command in the place of ours", "This account is not available.\n", undefined],
])("finds %s", (_case, output, found) => {
  expect(perfIn(output)).toEqual(found);
});

it("looks for it as a shell understands", async () => {
  const { stdout } = await (await opened()).exec(FIND_PERF);
  expect(perfIn(stdout)).toEqual(await localPrograms().findPerf());
});
