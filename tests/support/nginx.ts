// A real nginx with the example of docs/nginx.conf, on ports and with files of its own.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { serverAccount } from "../../lib/embedded/account";
import { freePort } from "../../lib/embedded/port";

const PROGRAM = "/usr/sbin/nginx";
const ROOT = path.resolve(import.meta.dirname, "../..");
const START_MS = 10_000;

export interface Nginx {
  /** Where it speaks HTTPS, as `localhost`. */
  port: number;
  httpPort: number;
  /** What it has logged so far: requests, then errors. */
  log(): string;
  stop(): Promise<void>;
}

/** Every line of the example that names a place of the machine; one that is not there any more fails the test. */
function placed(text: string, replacements: readonly (readonly [from: string, to: string])[]): string {
  let config = text;
  for (const [from, to] of replacements) {
    if (!config.includes(from)) throw new Error(`docs/nginx.conf does not say: ${from}`);
    config = config.replaceAll(from, to);
  }
  return config;
}

/**
 * Starts it before a server on that port of 127.0.0.1; its certificate is that of tests/fixtures/tls.
 * @param backup port of a second one, which is asked while the first does not answer
 */
export async function startNginx(upstream: number, backup?: number): Promise<Nginx> {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-nginx-")));
  chmodSync(folder, 0o755);
  const [port, httpPort] = [await freePort(), await freePort()];
  for (const file of ["server.crt", "server.key"])
    copyFileSync(path.join(ROOT, "tests/fixtures/tls", file), path.join(folder, file));
  chmodSync(path.join(folder, "server.key"), 0o644);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  );
  const config = placed(readFileSync(path.join(ROOT, "docs/nginx.conf"), "utf8"), [
    ["user www-data;\n", ""],
    ["pid /run/nginx.pid;", `pid ${folder}/pid;`],
    ["error_log /var/log/nginx/error.log warn;", "error_log stderr warn;"],
    ["http {", `http {\n${temporary.join("\n")}`],
    ["access_log /var/log/nginx/access.log dozor;", `access_log ${folder}/access.log dozor;`],
    ["server 127.0.0.1:3000 ", `server 127.0.0.1:${upstream} `],
    ["#server 127.0.0.1:3001 backup;", backup === undefined ? "" : `server 127.0.0.1:${backup} backup;`],
    ["        listen [::]:80;\n", ""],
    ["        listen [::]:443 ssl;\n", ""],
    ["listen 80;", `listen 127.0.0.1:${httpPort};`],
    ["listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`],
    ["/etc/ssl/dozor/fullchain.pem", path.join(folder, "server.crt")],
    ["/etc/ssl/dozor/privkey.pem", path.join(folder, "server.key")],
  ]);
  writeFileSync(path.join(folder, "nginx.conf"), config);
  const account = serverAccount(folder);
  if (account) chownSync(folder, account.uid, account.gid);
  const child = spawn(
    PROGRAM,
    ["-e", "stderr", "-p", folder, "-c", path.join(folder, "nginx.conf"), "-g", "daemon off;"],
    {
      ...(account && { uid: account.uid, gid: account.gid }),
      stdio: ["ignore", "pipe", "pipe"],
    },
  );
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (log += text));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const ended = once(child, "exit");
  await listening(port, child, () => log);
  return {
    ...{ port, httpPort },
    log: () => readFileSync(path.join(folder, "access.log"), "utf8") + log,
    async stop() {
      process.removeListener("exit", kill);
      child.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

async function listening(port: number, child: ChildProcess, log: () => string): Promise<void> {
  for (const deadline = Date.now() + START_MS; Date.now() < deadline; ) {
    if (child.exitCode !== null) throw new Error(`nginx did not start: ${log()}`);
    const socket = connect(port, "127.0.0.1");
    const open = await Promise.race([once(socket, "connect"), once(socket, "error")]).then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (open) return;
    await new Promise((done) => setTimeout(done, 20));
  }
  throw new Error(`nginx does not listen: ${log()}`);
}
