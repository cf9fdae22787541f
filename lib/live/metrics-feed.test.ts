// What clients of the older host monitor are told.
import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createServerRow, eventually, setSetting, useLive, writeLatest } from "../../tests/support/live";
import { pool } from "../db";
import { METRIC_PARTS } from "./messages";

useDatabase();
const live = useLive();
let server: number;

const PATH = "/api/ws/metrics";
const cpu = (usage_percent: number) => ({ usage_percent, per_cpu: [usage_percent] });

beforeAll(async () => {
  server = await createServerRow("local");
  await setSetting("sampling_interval_seconds", 1);
  await writeLatest(server, "cpu", cpu(7));
  await writeLatest(server, "network", { interfaces: { eth0: { rx_bytes_per_sec: 1 } } });
  await writeLatest(server, "processes", { top: ["secret"] });
});

describe("/api/ws/metrics", () => {
  it("tells at once, and then each sampling interval, and nothing else", async () => {
    const client = live.app.connect(live.bearer, { path: PATH });
    const { data, timestamp } = await client.first("metrics");
    expect(Object.keys(data).sort()).toEqual([...METRIC_PARTS].sort());
    expect(data).toMatchObject({ cpu: cpu(7), network: { interfaces: { eth0: {} } }, memory: null, perf_events: null });
    expect(new Date(timestamp).toISOString()).toBe(timestamp);
    await writeLatest(server, "cpu", cpu(8));
    await eventually(() => expect(client.of("metrics").at(-1)?.data.cpu).toEqual(cpu(8)));
    client.send({ type: "ping" });
    await client.first("pong");
    expect(new Set(client.messages.map(({ type }) => type))).toEqual(new Set(["metrics", "pong"]));
  });

  it("does not show as current what is not measured any more", async () => {
    await writeLatest(server, "disk", { partitions: {} });
    const client = live.app.connect(live.bearer, { path: PATH });
    await client.first("metrics", ({ data }) => data.disk !== null);
    await pool().query("UPDATE latest SET ts = now() - interval '1 hour' WHERE kind = 'disk'");
    const before = client.of("metrics").length;
    await eventually(() => expect(client.of("metrics").slice(before).at(-1)?.data).toMatchObject({ disk: null }));
  });

  it("lets in whom /ws/stats lets in", async () => {
    expect(await live.app.connect({ origin: live.app.origin }, { path: PATH }).closedWith()).toBe(4401);
    expect(await live.app.connect({ cookie: "a=b" }, { path: PATH }).refusedWith()).toBe(403);
    expect(await live.app.connect(live.bearer, { path: `${PATH}/` }).refusedWith()).toBe(404);
  });
});
