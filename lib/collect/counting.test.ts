import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { treeReader } from "../host/linux/tree-reader";
import { memory } from "../host/probes/memory";
import { perfEvents } from "../host/probes/perf-events";
import type { RemoteFiles } from "../host/ssh/remote-files";
import { RemoteHost } from "../host/ssh/remote-host";
import { updateSettings } from "../settings/mutations";
import { settings } from "../settings/queries";
import { systemActor } from "../users/permissions";
import { createCounting, mayCount } from "./counting";
import type { TaskSpec } from "./plan";

useDatabase();

const taskOf = (probe: TaskSpec["probe"], hostKind: "local" | "ssh"): TaskSpec => ({
  ...{ key: probe.name, probe, live: false, intervalMs: 5_000, phaseMs: 0 },
  server: { id: 901, name: "s", hostKind, postgres: null, ssh: null, intervals: {} },
});
const counts = taskOf(perfEvents, "local");

it.each([
  ["perf here", counts, true, true],
  ["perf here, switched off", counts, false, false],
  ["perf of another machine", taskOf(perfEvents, "ssh"), true, true],
  ["perf of another machine, switched off", taskOf(perfEvents, "ssh"), false, false],
  ["memory", taskOf(memory, "local"), false, true],
  ["memory of another machine", taskOf(memory, "ssh"), false, true],
])("%s, switched on %s: asked %s", async (_, task, perf_events_enabled, asked) => {
  expect(mayCount(task, { ...(await settings()), perf_events_enabled })).toBe(asked);
});

describe("counting", () => {
  const host = treeReader({ "/sys/devices/system/cpu/online": "0\n" });
  const counting = createCounting(host);
  const configuration = async () => {
    const reading = await perfEvents.read(host);
    return reading && [reading.cores, reading.intervalMs];
  };
  const states = async () => {
    const { rows } = await pool().query("SELECT probe FROM probe_state UNION ALL SELECT kind FROM latest ORDER BY 1");
    return rows.map(({ probe }) => probe);
  };
  afterAll(() => counting.close());
  beforeEach(async () => {
    await pool().query("TRUNCATE probe_state, latest, servers, subject CASCADE");
    const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    await pool().query("INSERT INTO servers (id, name, host_kind) VALUES ($1, 's', 'local')", [rows[0].id]);
    for (const name of ["perf_events", "cpu"]) {
      await pool().query("INSERT INTO probe_state (subject, probe, interval_seconds) VALUES ($1, $2, 5)", [
        rows[0].id,
        name,
      ]);
      await pool().query("INSERT INTO latest VALUES ($1, $2, now(), '{}')", [rows[0].id, name]);
    }
  });

  it("takes every change of the settings at once, and leaves nothing stale behind", async () => {
    await counting.retain([taskOf(memory, "local")]);
    expect(await configuration()).toBeNull();
    await expect.poll(states).toEqual(["cpu", "cpu"]);
    await updateSettings(systemActor(), { perf_events_enabled: true });
    await counting.retain([counts]);
    expect(await configuration()).toEqual(["all", 1_000]);
    await updateSettings(systemActor(), { perf_events_cpu_cores: "7", perf_events_interval_ms: 60_000 });
    await counting.retain([counts]);
    expect(await configuration()).toEqual(["7", 60_000]);
  });

  it("counts on other machines while they are asked, and on each connection anew", async () => {
    await updateSettings(systemActor(), { perf_events_enabled: true });
    const files = { dear: false, answeredAt: 0, read: async () => ["cpu  1 2 3\n"], pageSize: async () => 4096 };
    const programs = { findPerf: async () => undefined, start: () => expect.fail("there is nothing to start") };
    const machine = () => RemoteHost.open(files as unknown as RemoteFiles, programs);
    const told = async (one: RemoteHost) => (await perfEvents.read(one.readerOf("perf_events")))?.trouble?.code;
    const there = taskOf(perfEvents, "ssh");
    const [first, second] = [await machine(), await machine()];
    counting.meet(there.server, first);
    expect(await told(first)).toBeUndefined();
    await counting.retain([there]);
    await expect.poll(() => told(first)).toBe("files_only");
    expect(await configuration()).toBeNull();
    counting.meet(there.server, second);
    await expect.poll(() => told(second)).toBe("files_only");
    expect(await told(first)).toBeUndefined();
    await counting.retain([]);
    expect(await told(second)).toBeUndefined();
  });

  it("keeps what it tells while it is switched on, and removes it when it is not", async () => {
    await updateSettings(systemActor(), { perf_events_enabled: true });
    await counting.retain([counts]);
    expect(await states()).toEqual(["cpu", "cpu", "perf_events", "perf_events"]);
    await updateSettings(systemActor(), { perf_events_enabled: false });
    await counting.retain([]);
    expect(await configuration()).toBeNull();
    await expect.poll(states).toEqual(["cpu", "cpu"]);
  });
});
