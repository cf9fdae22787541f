import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ServerMessage } from "@/lib/live/messages";
import { INITIAL, type LiveEvent, type LiveState, reduce, retryDelay } from "./live-state";

const NOW = 1_000_000;
const envelope = { timestamp: "2026-01-01T00:00:00.000Z", seq: 1 };
const system = {
  cpu_percent: 1,
  ram_percent: 2,
  disk_percent: 3,
  latency_ms: 4,
  db_connections: 5,
  db_max_connections: 6,
  timestamp: envelope.timestamp,
  status: {
    cpu_percent: "healthy",
    ram_percent: "healthy",
    disk_percent: "healthy",
    latency_ms: "healthy",
    db_connections: "healthy",
  },
  overall: "healthy",
  unavailable: {},
} as const;
const data = {
  active_streams: 7,
  total_listeners: 0,
  queue_items: 0,
  cpu_percent: 1,
  memory_percent: 2,
  disk_percent: 3,
  uptime_seconds: 9,
  websocket_connections: 1,
  broadcast_interval_seconds: 2,
  system,
};
const stats: ServerMessage = { type: "stats", ...envelope, data };

function stateAfter(...events: LiveEvent[]): LiveState {
  return events.reduce(reduce, INITIAL);
}
const message = (content: ServerMessage, now = NOW): LiveEvent => ({ type: "message", message: content, now });
const sample = (server: string, probe: string, value: number): ServerMessage => ({
  type: "sample",
  ...envelope,
  data: { server, probes: { [probe]: { ts: envelope.timestamp, data: value } } },
});
const failed: LiveEvent = { type: "closed", code: 1006, opened: false };
const lost: LiveEvent = { type: "closed", code: 1006, opened: true };

describe("reduce", () => {
  it("is live from the first value on, and knows when that was", () => {
    expect(stateAfter(message(stats))).toMatchObject({ feed: "live", stats: data, lastMessageAt: NOW });
  });

  it("takes everything from a snapshot", () => {
    const all = { stats: data, servers: [], channels: [], warnings: [] };
    const snapshot: ServerMessage = { type: "snapshot", ...envelope, data: all };
    expect(stateAfter(message(snapshot))).toMatchObject({ stats: data, servers: [], feed: "live" });
  });

  it("adds what a sample tells, and leaves other servers as they are", () => {
    const one = stateAfter(message(sample("a", "cpu", 1)), message(sample("b", "cpu", 2)));
    const two = reduce(one, message(sample("a", "memory", 3)));
    expect(two.samples.a?.probes).toMatchObject({ cpu: { data: 1 }, memory: { data: 3 } });
    expect(two.samples.b).toBe(one.samples.b);
    expect(two.stats).toBe(one.stats);
  });

  it.each(["pong", "error"] as const)("does not call a %s a value", (type) => {
    const content = { type, ...envelope, data: { code: "x", message: "x" } } as ServerMessage;
    expect(stateAfter(message(content))).toEqual(INITIAL);
  });

  it("is stale after three broadcast intervals of silence, and live again with the next value", () => {
    const live = stateAfter(message(stats));
    expect(reduce(live, { type: "clock", now: NOW + 6_000 })).toBe(live);
    const stale = reduce(live, { type: "clock", now: NOW + 6_001 });
    expect(stale).toMatchObject({ feed: "stale", staleSince: NOW + 6_001, stats: data });
    expect(reduce(stale, message(stats, NOW + 9_000))).toMatchObject({ feed: "live", staleSince: null });
  });

  it.each<[string, LiveEvent[], string, number]>([
    ["a lost connection", [message(stats), lost], "reconnecting", 0],
    ["an opening that failed", [failed], "reconnecting", 1],
    ["two in a row", [failed, failed], "polling", 2],
    ["a lost connection, then one that failed", [message(stats), lost, failed], "reconnecting", 1],
    ["ever more", [failed, failed, failed], "polling", 3],
    ["polling, and then it opens", [failed, failed, message(stats)], "live", 0],
    ["polling, and the next try is lost", [failed, failed, message(stats), lost], "reconnecting", 0],
    ["tried at once while polling", [failed, failed, { type: "resumed", now: NOW }, failed], "polling", 1],
  ])("%s", (_, events, feed, failures) => {
    expect(stateAfter(...events)).toMatchObject({ feed, failures });
  });

  it("keeps the last values while the connection is lost", () => {
    expect(stateAfter(message(stats), lost, failed, failed)).toMatchObject({ stats: data, lastMessageAt: NOW });
  });

  it.each([
    [4401, "unauthenticated"],
    [4403, "forbidden"],
  ])("gives up when closed with %d", (code, reason) => {
    expect(stateAfter(message(stats), { type: "closed", code, opened: true })).toMatchObject({
      error: { code: reason },
    });
  });

  it("gives up when polling is refused, but not when it merely fails", () => {
    const polling = stateAfter(failed, failed);
    expect(reduce(polling, { type: "pollRefused", status: 401 }).error).toEqual({ code: "unauthenticated" });
    expect(reduce(polling, { type: "pollRefused", status: 500 })).toBe(polling);
  });

  it("shows polled values, and what polling does not tell as it was", () => {
    const polled = {
      type: "polled" as const,
      system: { ...system, cpu_percent: 50 },
      servers: [],
      totals: null,
      now: NOW + 1,
    };
    expect(stateAfter(message(stats), lost, failed, failed, polled)).toMatchObject({
      feed: "polling",
      stats: { cpu_percent: 50, active_streams: 7, system: { cpu_percent: 50 } },
      lastMessageAt: NOW + 1,
    });
    const servers = stateAfter(failed, failed, { ...polled, system: null });
    expect(servers).toMatchObject({ stats: null, servers: [] });
    const totals = { active_streams: 2, total_listeners: 30, queue_items: 4, uptime_seconds: 60 };
    expect(stateAfter(failed, failed, { ...polled, totals }).stats).toMatchObject({ ...totals, cpu_percent: 50 });
    expect(stateAfter(message(stats), lost, { ...polled, system: null, totals }).stats).toEqual({ ...data, ...totals });
  });
});

describe("retryDelay", () => {
  it("doubles from a second to thirty, never less than half, never more", () => {
    expect([0, 1, 2, 3, 4, 5, 60].map((failures) => retryDelay(failures, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000,
    ]);
    fc.assert(
      fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const most = retryDelay(failures, 1);
        expect(retryDelay(failures, random)).toBeGreaterThanOrEqual(most / 2);
        expect(retryDelay(failures, random)).toBeLessThanOrEqual(most);
      }),
    );
  });
});
