// How full a machine's file systems are, over a real sshd: by df, and over SFTP where a key may do nothing else.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statfsSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sshTestSchema } from "../../lib/fleet/test-schema";
import { checkSsh } from "../../lib/host/ssh/check";
import { connectSsh, type SshConnection, type SshOptions } from "../../lib/host/ssh/connect";
import { fingerprintOf } from "../../lib/host/ssh/keys";
import { startRecorder } from "./support/recorder";
import { isRoot, type Sshd, startSshd } from "./support/sshd";

const SFTP_ONLY = 'restrict,command="internal-sftp -R"';

let sshd: Sshd;
let folder: string;
const open: SshConnection[] = [];
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dozor-space-"));
  chmodSync(folder, 0o755);
  sshd = await startSshd();
});
afterEach(async () => {
  for (const connection of open.splice(0)) await connection.close();
});
afterAll(async () => {
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function optionsFor(server: Sshd, rules = ""): Promise<SshOptions> {
  const { privateKey } = await server.clientKey("ed25519", rules);
  const auth = { type: "key", privateKey, passphrase: "" } as const;
  return { host: server.host, port: server.port, user: server.user, auth, hostKeys: server.hostKeys() };
}

async function connectedTo(server: Sshd, rules = ""): Promise<SshConnection> {
  const connection = await connectSsh(await optionsFor(server, rules));
  open.push(connection);
  return connection;
}

/** Directories whose names a shell would read otherwise. */
function strangePaths(): string[] {
  const names = ["pg data", "it's", "$(touch pwned)", "`id`", 'a"b', "a\\b", "*", "-rf", "!x", "ж", "a;b&c|d>e"];
  const paths = names.map((name) => join(folder, name));
  for (const path of paths) mkdirSync(path, { recursive: true });
  return paths;
}

/** A directory that the user may not look into, with another one inside. */
function closedData(): string {
  const data = join(folder, "closed");
  mkdirSync(join(data, "pg_wal"), { recursive: true });
  chmodSync(data, 0o700);
  return data;
}

describe.each([
  ["df", ""],
  ["SFTP", SFTP_ONLY],
])("spaceOf by %s", (way, rules) => {
  it("answers every path in order, whatever it is called", async () => {
    const connection = await connectedTo(sshd, rules);
    const truth = statfsSync(folder);
    const paths = [...strangePaths(), "/", join(folder, "missing"), "relative", "/a\nb", `/${"x".repeat(4096)}`];
    const found = await connection.spaceOf(paths);
    expect(found.map(({ path }) => path)).toEqual(paths);
    for (const { path, space, device, mount } of found.slice(0, -5)) {
      expect([path, space?.totalBytes]).toEqual([path, truth.blocks * truth.bsize]);
      expect(space?.inodes).toBe(truth.files);
      expect(Math.abs((space?.availableBytes ?? 0) - truth.bavail * truth.bsize)).toBeLessThan(2 ** 30);
      if (way === "SFTP") expect([device, mount]).toEqual([null, null]);
      else expect(mount).toMatch(/^\//);
    }
    const [missing, relative, twoLines, long] = found.slice(-4);
    expect(missing).toMatchObject({ space: null, mount: null, reason: expect.stringContaining("no such file") });
    for (const one of [relative, twoLines, long])
      expect(one).toMatchObject({ space: null, reason: expect.stringContaining("not an absolute path") });
    expect(await connection.spaceOf([])).toEqual([]);
    // Asked again, it goes the way that it found.
    expect((await connection.spaceOf(["/"]))[0]?.space?.totalBytes).toBeGreaterThan(0);
  });

  it("says what the user may not see, instead of guessing", async () => {
    if (!isRoot) return expect(process.getuid?.()).not.toBe(0);
    const data = closedData();
    const [own, wal] = await (await connectedTo(sshd, rules)).spaceOf([data, join(data, "pg_wal")]);
    expect(own?.space?.totalBytes).toBeGreaterThan(0);
    expect(wal).toMatchObject({ space: null, mount: null, device: null });
    expect(wal?.reason).toContain(`${sshd.user} may not look into the directory that holds ${data}/pg_wal`);
  });
});

describe("spaceOf", () => {
  it("follows a link to another file system, mounted at a place with blanks", async () => {
    const mount = join(folder, "pg  mount 2");
    mkdirSync(mount, { recursive: true });
    symlinkSync(mount, join(folder, "pg_wal"));
    let mounted = true;
    try {
      execFileSync("mount", ["-t", "tmpfs", "-o", "size=8m", "dozor test", mount], { stdio: "pipe" });
    } catch {
      mounted = false;
    }
    try {
      const [found] = await (await connectedTo(sshd)).spaceOf([join(folder, "pg_wal")]);
      if (mounted) expect(found).toMatchObject({ mount, device: "dozor test", space: { totalBytes: 8 * 2 ** 20 } });
      else expect(found?.space?.totalBytes).toBe(statfsSync(folder).blocks * statfsSync(folder).bsize);
    } finally {
      if (mounted) execFileSync("/bin/umount", [mount]);
    }
  });

  it("asks for many paths in several commands", async () => {
    const paths = Array.from({ length: 70 }, (_, index) => join(folder, `ts${index}`));
    for (const path of paths.slice(0, 65)) mkdirSync(path, { recursive: true });
    const found = await (await connectedTo(sshd)).spaceOf(paths);
    expect(found.map(({ path }) => path)).toEqual(paths);
    expect(found.filter(({ space }) => space !== null)).toHaveLength(65);
  });

  it("reads another machine's df, as this one's PATH gives it", async () => {
    const bin = join(folder, "bin");
    mkdirSync(bin, { recursive: true });
    writeFileSync(
      join(bin, "df"),
      `#!/bin/sh
echo "$LC_ALL $*" >&2
echo "Filesystem 1024-blocks Used Available Capacity Mounted on"
case "$*" in *-i*) echo "/dev/my disk 100 40 60 40% /pg data" ;; *) echo "/dev/my disk 1000 600 350 64% /pg data" ;; esac
`,
    );
    chmodSync(join(bin, "df"), 0o755);
    const own = await startSshd({ config: [`SetEnv PATH=${bin}:/usr/bin:/bin`] });
    const found = await (await connectedTo(own)).spaceOf(["/pg data/17/main"]);
    expect(found).toEqual([
      {
        path: "/pg data/17/main",
        mount: "/pg data",
        device: "/dev/my disk",
        space: { totalBytes: 1_024_000, freeBytes: 409_600, availableBytes: 358_400, inodes: 100, inodesFree: 60 },
      },
    ]);
    await own.stop();
  });

  it("goes over SFTP where the login shell runs nothing, and says so where SFTP is off too", async () => {
    const own = await startSshd({ config: ["ForceCommand internal-sftp"] });
    const found = await (await connectedTo(own)).spaceOf(["/"]);
    expect(found[0]?.space?.totalBytes).toBeGreaterThan(0);
    await own.stop();
    const deaf = await connectedTo(sshd, 'command="true"');
    await expect(deaf.spaceOf(["/"])).rejects.toMatchObject({ code: "permission" });
  });
});

describe("checkSsh", () => {
  it("signs in to a machine whose key is confirmed, and names it", async () => {
    const options = await optionsFor(sshd);
    const found = await checkSsh(options);
    const fingerprint = fingerprintOf(sshd.hostKeys()[0] ?? "");
    expect(found).toEqual({
      success: true,
      message: `Signed in to 127.0.0.1:${sshd.port} as ${sshd.user}`,
      code: null,
      round_trip_ms: expect.any(Number),
      host_key: { type: "ssh-ed25519", fingerprint, key: sshd.hostKeys()[0] },
      host_key_state: "trusted",
      expected: [{ type: "ssh-ed25519", fingerprint }],
      system: execFileSync("uname", ["-srn"], { encoding: "utf8" }).trim(),
    });
  });

  it("succeeds where no command may be run, and says so", async () => {
    const found = await checkSsh(await optionsFor(sshd, SFTP_ONLY));
    expect(found).toMatchObject({ success: true, system: null, message: expect.stringContaining("over SFTP") });
  });

  it("succeeds, within its time, where a command hangs", async () => {
    const started = performance.now();
    const found = await checkSsh(await optionsFor(sshd, 'command="sleep 60"'));
    expect(found).toMatchObject({
      success: true,
      system: null,
      message: expect.stringContaining("did not end in time"),
    });
    expect(performance.now() - started).toBeLessThan(10_000);
  });

  it("shows an unknown and a changed key, and sends nothing secret", async () => {
    const theirs = await sshd.clientKey();
    const recorder = await startRecorder({ hostKeys: [theirs.privateKey] });
    const auth = { type: "password", password: "s3cret" } as const;
    const options = { host: "127.0.0.1", port: recorder.port, user: "dozor", auth };
    const shown = { type: "ssh-ed25519", fingerprint: fingerprintOf(theirs.publicKey), key: theirs.publicKey };
    expect(await checkSsh({ ...options, hostKeys: [] })).toMatchObject({
      success: false,
      code: "ssh_host_key",
      host_key: shown,
      host_key_state: "unknown",
      expected: [],
      message: expect.stringContaining(shown.fingerprint),
    });
    const changed = await checkSsh({ ...options, hostKeys: sshd.hostKeys() });
    expect(changed).toMatchObject({ success: false, code: "ssh_host_key", host_key: shown, host_key_state: "changed" });
    expect(changed.message).toContain(shown.fingerprint);
    expect(changed.message).toContain(changed.expected[0]?.fingerprint);
    expect(recorder.connections()).toBe(2);
    expect(recorder.tried).toEqual([]);
    await recorder.stop();
  });

  it("tells failures with their code, and the key where it was shown", async () => {
    const options = await optionsFor(sshd);
    const stranger = { ...options, auth: { type: "key", privateKey: "nonsense", passphrase: "" } as const };
    expect(sshTestSchema.parse(await checkSsh(stranger))).toMatchObject({
      success: false,
      code: "ssh_auth",
      host_key_state: "trusted",
    });
    expect(await checkSsh({ ...options, host: "no-such-host.invalid" })).toMatchObject({
      success: false,
      code: "ssh_unreachable",
      host_key: null,
      host_key_state: null,
      round_trip_ms: null,
    });
  });
});
