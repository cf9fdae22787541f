// A real OpenSSH server on a free loopback port, with host keys, users and rules of its own.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import { appendFile, chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../../../lib/embedded/port";

const run = promisify(execFile);
const START_MS = 10_000;
const KEYGEN: Readonly<Record<KeyType, string[]>> = {
  ed25519: ["-t", "ed25519"],
  rsa: ["-t", "rsa", "-b", "2048"],
  ecdsa: ["-t", "ecdsa", "-b", "256"],
};

export type KeyType = "ed25519" | "rsa" | "ecdsa";
export const isRoot = process.getuid?.() === 0;

export interface SshdOptions {
  /** Types of its host keys; by default Ed25519 alone. */
  hostKeys?: readonly KeyType[];
  /** More lines of sshd_config(5), e.g. `MaxSessions 1`. */
  config?: readonly string[];
  /** What serves files; null: nothing does. By default sshd itself. */
  subsystem?: string | null;
}

/** A key pair that may sign in. */
export interface ClientKey {
  privateKey: string;
  publicKey: string;
}

export interface Sshd {
  readonly host: string;
  readonly port: number;
  /** Who may sign in: as root a user made for this server, else whoever runs the test. */
  readonly user: string;
  /** The user's password; null when not root, since only root may check passwords. */
  readonly password: string | null;
  /** `ssh-ed25519 AAAA…` of every host key, in the order asked for. */
  hostKeys(): string[];
  /** A new pair that may sign in. @param options as in authorized_keys(5), e.g. `restrict,command="internal-sftp -R"` */
  clientKey(type?: KeyType, options?: string, passphrase?: string): Promise<ClientKey>;
  /** Lets another public key sign in. */
  authorize(publicKey: string, options?: string): Promise<void>;
  /** Of the process that listens. */
  pid(): number;
  /** What it wrote to its log so far. */
  log(): string;
  /** Kills it and every session at once, as a power cut would. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same host keys or new ones. */
  start(newHostKeys?: boolean): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `/usr/sbin/sshd` (Debian: openssh-server). */
export async function startSshd(options: SshdOptions = {}): Promise<Sshd> {
  const types = options.hostKeys ?? ["ed25519"];
  const folder = await mkdtemp(join(tmpdir(), "dozor-sshd-"));
  await chmod(folder, 0o755);
  await mkdir(join(folder, "home"), { mode: 0o755 });
  // Where sshd locks its children in; it refuses to start without.
  if (isRoot) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  const account = isRoot ? await addUser(join(folder, "home")) : { user: userInfo().username, password: null };
  const port = await freePort();
  const keyFile = (type: KeyType) => join(folder, `host_${type}`);
  const authorized = join(folder, "authorized_keys");
  await writeFile(authorized, "", { mode: 0o644 });
  await writeFile(join(folder, "config"), configOf({ port, keyFiles: types.map(keyFile), authorized, options }));
  let child: ChildProcess | undefined;
  let log = "";

  const start = async (newHostKeys = false): Promise<void> => {
    if (newHostKeys) await makeHostKeys(types, keyFile);
    child = spawn("/usr/sbin/sshd", ["-D", "-e", "-f", join(folder, "config")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    child.stderr?.on("data", (data: Buffer) => {
      log += data.toString();
    });
    await untilAnswering(port, child, () => log);
  };
  const kill = async (): Promise<void> => {
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    // From the top down: a session must not find time to tell how its command ended.
    for (const pid of [child.pid, ...descendants(child.pid)]) killed(pid);
    await ended;
  };

  const authorize = (publicKey: string, rules = ""): Promise<void> =>
    appendFile(authorized, `${rules === "" ? "" : `${rules} `}${publicKey}\n`);

  await makeHostKeys(types, keyFile);
  await start();
  return {
    host: "127.0.0.1",
    port,
    ...account,
    hostKeys: () => types.map((type) => publicPart(readFileSync(`${keyFile(type)}.pub`, "utf8"))),
    pid: () => child?.pid ?? 0,
    log: () => log,
    authorize,
    clientKey: async (type = "ed25519", rules = "", passphrase = "") => {
      const file = join(folder, `client_${randomBytes(4).toString("hex")}`);
      await keygen(type, file, passphrase);
      const publicKey = publicPart(readFileSync(`${file}.pub`, "utf8"));
      await authorize(publicKey, rules);
      return { privateKey: readFileSync(file, "utf8"), publicKey };
    },
    kill,
    start,
    stop: async () => {
      await kill();
      if (isRoot) await removeUser(account.user);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configOf(wish: { port: number; keyFiles: string[]; authorized: string; options: SshdOptions }): string {
  return [
    "ListenAddress 127.0.0.1",
    `Port ${wish.port}`,
    ...wish.keyFiles.map((file) => `HostKey ${file}`),
    `AuthorizedKeysFile ${wish.authorized}`,
    "PidFile none",
    "StrictModes no",
    "UsePAM no",
    "UseDNS no",
    "PermitRootLogin yes",
    "KbdInteractiveAuthentication no",
    ...(wish.options.subsystem === null ? [] : [`Subsystem sftp ${wish.options.subsystem ?? "internal-sftp"}`]),
    // The first value given of a setting counts, but Match blocks have to stand last.
    ...(wish.options.config ?? []),
    "",
  ].join("\n");
}

async function keygen(type: KeyType, file: string, passphrase: string): Promise<void> {
  await run("ssh-keygen", ["-q", ...KEYGEN[type], "-a", "2", "-N", passphrase, "-C", "test", "-f", file]);
}

async function makeHostKeys(types: readonly KeyType[], keyFile: (type: KeyType) => string): Promise<void> {
  for (const type of types) {
    await rm(keyFile(type), { force: true });
    await keygen(type, keyFile(type), "");
  }
}

/** Type and key without the comment. */
function publicPart(line: string): string {
  return line.trim().split(" ").slice(0, 2).join(" ");
}

async function addUser(home: string): Promise<{ user: string; password: string }> {
  const user = `dozor-${randomBytes(4).toString("hex")}`;
  const password = `pw-${randomBytes(9).toString("base64url")}`;
  const { stdout } = await run("openssl", ["passwd", "-6", password]);
  await run("useradd", ["-M", "-d", home, "-s", "/bin/sh", "-p", stdout.trim(), user]);
  return { user, password };
}

/** Its processes were killed just now, and userdel refuses while one is left. */
async function removeUser(user: string): Promise<void> {
  for (let left = 20; left > 0; left -= 1) {
    const gone = await run("userdel", [user]).then(
      () => true,
      () => false,
    );
    if (gone) return;
    await sleep(50);
  }
  await run("userdel", ["-f", user]);
}

function descendants(pid: number): number[] {
  let children: number[];
  try {
    children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  } catch {
    return [];
  }
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function killed(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

async function untilAnswering(port: number, child: ChildProcess, log: () => string): Promise<void> {
  const end = performance.now() + START_MS;
  while (performance.now() < end && child.exitCode === null) {
    if (await answers(port)) return;
    await sleep(20);
  }
  throw new Error(`sshd does not start:\n${log()}`);
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const settle = (value: boolean) => {
      socket.destroy();
      resolve(value);
    };
    socket.once("connect", () => settle(true)).once("error", () => settle(false));
  });
}
