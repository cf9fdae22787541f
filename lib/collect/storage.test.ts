import { describe, expect, it } from "vitest";
import type { TargetSession } from "../postgres/connect";
import { storage as probe } from "../postgres/probes/storage";
import { type PathSpace, ProbeError, type SpaceReader, type SqlRow } from "../probe";
import { ask, type Memory, type Sources } from "./ask";
import type { CollectedServer, TaskSpec } from "./plan";

const GB = 1e9;
const space = { totalBytes: 100 * GB, freeBytes: 30 * GB, availableBytes: 20 * GB, inodes: 1_000, inodesFree: 250 };
const address = { host: "db", port: 5432, user: "u", password: null, database: "d", sslmode: "disable", ca: null };
const ssh = { host: "db", port: 22, user: "u", auth: { type: "password" as const, password: null }, hostKeys: [] };
const shop: CollectedServer = { id: 2, name: "shop", hostKind: "ssh", postgres: address, ssh, intervals: {} };
const refused = () => Promise.reject(new ProbeError("refused", "nobody listens"));

interface Given {
  paths?: () => Promise<SqlRow[]>;
  machine?: () => Promise<SpaceReader>;
  server?: CollectedServer;
}

const PATHS: SqlRow[] = [
  { of: "data", path: "/srv/data" },
  { of: "wal", path: "/srv/data/pg_wal" },
  { of: "archive", path: "/mnt/old" },
];
const onOneDisk = async (paths: readonly string[]): Promise<PathSpace[]> =>
  paths.map((path) => ({ path, mount: "/srv", device: "/dev/sda1", space }));

async function asked({ paths = async () => PATHS, machine, server = shop }: Given, before?: Memory) {
  const dropped: string[] = [];
  const session = { version: 18, open: true, query: paths } as unknown as TargetSession;
  const sources = {
    targets: { session: async () => session, drop: async () => dropped.push("postgres") },
    machines: { space: machine ?? (async () => ({ spaceOf: onOneDisk })), drop: async () => dropped.push("machine") },
  } as unknown as Sources;
  const task: TaskSpec = { key: "2:storage", server, probe, live: false, intervalMs: 300_000, phaseMs: 0 };
  return { ...(await ask(task, sources, before)), dropped };
}

describe("storage", () => {
  it("gives each path its row, also where several lie on one file system", async () => {
    const { outcome } = await asked({});
    if (outcome.outcome !== "ok") throw new Error("failed");
    const values = {
      ...{ total_bytes: 100 * GB, available_bytes: 20 * GB, used_percent: 77.78 },
      ...{ inodes: 1_000, inodes_free: 250, inodes_used_percent: 75 },
    };
    expect(outcome.reading.rows).toEqual(["data", "wal", "archive"].map((of) => ({ labels: { of }, values })));
    expect(outcome.reading.facts?.paths).toMatchObject([
      { of: "data", path: "/srv/data", mount: "/srv", device: "/dev/sda1" },
      { of: "wal" },
      { of: "archive" },
    ]);
  });

  it("says of each path why its space is not known, and gives no made-up inodes", async () => {
    const { outcome } = await asked({
      paths: async () => [{ of: "data", path: null }, ...PATHS.slice(1)],
      machine: async () => ({
        spaceOf: async ([first = "", second = ""]) => [
          { path: first, mount: "/", device: null, space: { ...space, inodes: 0, inodesFree: 0 } },
          { path: second, mount: null, device: null, space: null, reason: "no such file or directory on that machine" },
        ],
      }),
    });
    if (outcome.outcome !== "ok") throw new Error("failed");
    expect(outcome.reading.rows).toHaveLength(1);
    expect(outcome.reading.rows[0]?.values).toMatchObject({ inodes: null, inodes_used_percent: null });
    expect(outcome.reading.unavailable).toEqual({
      'of="data"': expect.stringContaining("pg_read_all_settings"),
      'of="archive"': "no such file or directory on that machine",
    });
  });

  it("uses the paths it knows while PostgreSQL is away, but not those of another server", async () => {
    const { memory } = await asked({});
    const away = await asked({ paths: refused }, memory);
    expect(away.outcome).toMatchObject({ outcome: "ok", reading: { rows: [{}, {}, {}] } });
    expect(away.dropped).toEqual(["postgres"]);
    const again = await asked({ paths: refused }, away.memory);
    expect(again.outcome.outcome).toBe("ok");
    const moved = { ...shop, postgres: { ...address, host: "elsewhere" } };
    expect((await asked({ paths: refused, server: moved }, memory)).outcome).toMatchObject({ code: "refused" });
  });

  it("fails by the machine's fault with its code, and leaves PostgreSQL's connection alone", async () => {
    const { memory } = await asked({});
    const machine = () => Promise.reject(new ProbeError("ssh_auth", "refused the key"));
    const failed = await asked({ machine }, memory);
    expect(failed.outcome).toMatchObject({ outcome: "failed", code: "ssh_auth" });
    expect(failed.dropped).toEqual(["machine"]);
    expect((await asked({ machine, paths: refused })).outcome).toMatchObject({ code: "ssh_auth" });
    // What PostgreSQL told is still known afterwards.
    expect((await asked({ paths: refused }, failed.memory)).outcome.outcome).toBe("ok");
  });

  it("fails by PostgreSQL's fault where nothing is known, and leaves the machine's connection alone", async () => {
    const failed = await asked({ paths: refused });
    expect(failed.outcome).toMatchObject({ outcome: "failed", code: "refused" });
    expect(failed.dropped).toEqual(["postgres"]);
  });

  it("keeps a connection over which a statement was only refused", async () => {
    const cause = Object.assign(new Error("canceling statement"), { severity: "ERROR", code: "57014" });
    const slow = () => Promise.reject(new ProbeError("timeout", "too slow", { cause }));
    expect((await asked({ paths: slow })).dropped).toEqual([]);
  });
});
