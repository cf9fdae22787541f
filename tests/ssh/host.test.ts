// A whole machine over a real sshd: the values are those of this machine, whichever way it lets us in.
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hostFacts } from "../../lib/host/facts";
import { readLinuxFacts } from "../../lib/host/linux/facts";
import { LinuxReader } from "../../lib/host/linux-reader";
import { hostProbes } from "../../lib/host/probes";
import { connectSsh, type SshConnection } from "../../lib/host/ssh/connect";
import { textsIn } from "../../lib/host/ssh/files-command";
import { type HostProbe, ProbeError, type Reading } from "../../lib/probe";
import { type Sshd, startSshd } from "./support/sshd";

const SFTP_ONLY = 'restrict,command="internal-sftp -R"';
const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function opened(sshd: Sshd, rules = ""): Promise<SshConnection> {
  const { privateKey } = await sshd.clientKey("ed25519", rules);
  const auth = { type: "key", privateKey, passphrase: "" } as const;
  const connection = await connectSsh({
    ...{ host: sshd.host, port: sshd.port, user: sshd.user, auth, hostKeys: sshd.hostKeys() },
  });
  stops.push(() => connection.close());
  return connection;
}

/** Two readings and what they come to, 300 ms apart. */
async function sample(probe: HostProbe, read: () => Promise<unknown>): Promise<Reading> {
  const before = await read();
  const at = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 300));
  const now = await read();
  return probe.rows(now, before, (performance.now() - at) / 1000);
}

/** Every value by metric and labels. */
function valuesOf(reading: Reading): Map<string, number | null> {
  return new Map(
    reading.rows.flatMap(({ labels, values }) =>
      Object.entries(values).map(([name, value]) => [`${name} ${JSON.stringify(labels)}`, value] as const),
    ),
  );
}

/** What depends on the moment or on who asks; all other values are equal within a hundredth, or 64 MiB. */
const MOMENTARY =
  /_per_sec|_iops|latency|utilisation|queue|usage_percent|per_core|procs_|load|^(user|system|nice|idle|iowait|irq|softirq|steal|guest)|frequency|temperature|avg|tcp|udp|dirty|stall/;

/** Of what is missing; states of sockets are counted up to fewer of them over a connection. */
const reasonsOf = ({ unavailable = {} }: Reading) =>
  Object.keys(unavailable)
    .filter((place) => place !== "connections.tcp")
    .sort();

const probes = hostProbes.filter(({ name }) => !["processes", "perf_events"].includes(name));

async function expectLocalValues(connection: SshConnection): Promise<void> {
  const host = await connection.host();
  expect(host.isLinux).toBe(true);
  const local = new LinuxReader();
  stops.push(() => local.close());
  expect(host.pageSize).toBe(local.pageSize);
  await Promise.all(
    probes.map(async (probe) => {
      const remote = host.readerOf(probe.name);
      const readRemote = () => {
        remote.begin();
        return probe.read(remote);
      };
      const [here, there] = await Promise.all([sample(probe, () => probe.read(local)), sample(probe, readRemote)]);
      const [expected, found] = [valuesOf(here), valuesOf(there)];
      expect([...found.keys()].sort(), probe.name).toEqual([...expected.keys()].sort());
      expect(reasonsOf(there)).toEqual(reasonsOf(here));
      for (const [key, value] of expected) {
        const other = found.get(key) ?? null;
        // A disk that nobody asked in this moment has no latency.
        if (/latency|tcp/.test(key)) continue;
        expect(other === null, `${probe.name}.${key}: ${other}, here ${value}`).toBe(value === null);
        if (value === null || other === null || MOMENTARY.test(key)) continue;
        const tolerance = Math.max(2, Math.abs(value) / 100, /bytes/.test(key) ? 64 * 1024 * 1024 : 0);
        expect(Math.abs(value - other), `${probe.name}.${key}: ${other}, here ${value}`).toBeLessThanOrEqual(tolerance);
      }
    }),
  );
}

describe("a machine over SFTP", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  it("tells what it tells here, with a key for reading files alone", async () => {
    await expectLocalValues(await opened(sshd, SFTP_ONLY));
  });

  it("tells new values through the same handles, whatever came ahead", async () => {
    const connection = await opened(sshd, SFTP_ONLY);
    const reader = (await connection.host()).readerOf("cpu");
    const seen = new Set<string | null>();
    for (let reading = 0; reading < 6; reading += 1) {
      reader.begin();
      const [uptime, meminfo] = await Promise.all([reader.text("/proc/uptime"), reader.text("/proc/meminfo")]);
      seen.add(uptime);
      expect(meminfo).toMatch(/^MemTotal:[\s\S]*\n$/);
      expect(await reader.text("/proc/no such file")).toBeNull();
      expect(await reader.text("/proc/self/mem")).toBeNull();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(seen.size).toBe(6);
  });
});

describe("a machine where SFTP is off", () => {
  it("tells the same by commands, one for all files of a reading", async () => {
    const own = await startSshd({ subsystem: null });
    stops.push(() => own.stop());
    await expectLocalValues(await opened(own));
  });

  it("tells nothing where another command runs in the place of ours", async () => {
    const own = await startSshd({ subsystem: null, config: ["ForceCommand /bin/false"] });
    stops.push(() => own.stop());
    expect((await (await opened(own)).host()).isLinux).toBe(false);
  });

  it("says so where no session may be opened at all", async () => {
    const own = await startSshd({ config: ["MaxSessions 0"] });
    stops.push(() => own.stop());
    const failure = await (await opened(own)).host().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ProbeError);
    expect(failure).toMatchObject({ code: "permission" });
  });
});

describe("facts of another machine", () => {
  let sshd: Sshd;
  beforeAll(async () => {
    sshd = await startSshd();
  });
  afterAll(() => sshd.stop());

  it("are those that it tells of itself", async () => {
    const connection = await opened(sshd, SFTP_ONLY);
    const found = await readLinuxFacts((await connection.host()).readerOf("facts"));
    const here = await hostFacts();
    for (const name of ["hostname", "os", "kernel", "memory_total_bytes", "boot_time", "core_count"] as const)
      expect(found[name], name).toEqual(here[name]);
    expect(found.container?.kind ?? null).toBe(here.container?.kind ?? null);
  });
});

describe("the output of head", () => {
  it.each([
    ["two files", "==> /dev/null <==\n\n==> /a <==\n1\n\n==> /b <==\n2\n", { "/a": "1\n", "/b": "2\n" }],
    ["a greeting before", "Welcome\n==> /dev/null <==\n\n==> /a <==\n1\n", { "/a": "1\n" }],
    ["one that is not there", "==> /dev/null <==\n\n==> /b <==\n2\n", { "/b": "2\n" }],
    ["an empty one", "==> /dev/null <==\n\n==> /a <==\n\n==> /b <==\n2\n", { "/a": "", "/b": "2\n" }],
    ["nothing at all", "", {}],
  ])("%s", (_case, output, texts) => {
    expect(Object.fromEntries(textsIn(output, ["/a", "/b"]))).toEqual(texts);
  });
});
