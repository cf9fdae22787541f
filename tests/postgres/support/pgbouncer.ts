// A real PgBouncer before a test server: https://www.pgbouncer.org/config.html
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { serverAccount } from "../../../lib/embedded/account";
import { freePort } from "../../../lib/embedded/port";
import { eventually } from "./peers";

const PROGRAM = "/usr/sbin/pgbouncer";

export interface Pooler {
  port: number;
  /** What it has logged so far. */
  log(): string;
  stop(): Promise<void>;
}

/**
 * Starts PgBouncer with every database of that server behind it.
 * @param users name and password of those who may connect; the passwords are those of the server
 * @param settings such as `pool_mode`, `default_pool_size`; a PEM text stands for a file that holds it
 */
export async function startPgBouncer(
  server: { host: string; port: number },
  users: Readonly<Record<string, string>>,
  settings: Readonly<Record<string, string | number>>,
): Promise<Pooler> {
  const parent = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-pgbouncer-")));
  chmodSync(parent, 0o755);
  const port = await freePort();
  const all = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "plain",
    auth_file: path.join(parent, "users"),
    ...settings,
  };
  const lines = Object.entries(all).map(([name, value]) => {
    if (!String(value).startsWith("-----BEGIN")) return `${name} = ${value}`;
    writeFileSync(path.join(parent, name), String(value));
    return `${name} = ${path.join(parent, name)}`;
  });
  writeFileSync(
    path.join(parent, "users"),
    Object.entries(users)
      .map((pair) => `"${pair.join('" "')}"\n`)
      .join(""),
  );
  writeFileSync(
    path.join(parent, "pgbouncer.ini"),
    `[databases]\n* = host=${server.host} port=${server.port}\n[pgbouncer]\n${lines.join("\n")}\n`,
  );
  // It refuses to run as root.
  const account = serverAccount(parent);
  const child: ChildProcess = spawn(PROGRAM, [path.join(parent, "pgbouncer.ini")], {
    ...(account && { uid: account.uid, gid: account.gid }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text) => (log += text));
  const ended = once(child, "exit");
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`PgBouncer did not start: ${log}`);
    return log.includes("process up");
  });
  return {
    port,
    log: () => log,
    async stop() {
      process.removeListener("exit", kill);
      child.kill("SIGKILL");
      await ended;
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
