import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replicationOf } from "./replication";

const now = (data: unknown) => ({ replication: { ts: "2026-01-01T00:00:00Z", data } });

describe("replicationOf", () => {
  it("joins what followers and slots are with how they do, the worst first", () => {
    const found = replicationOf(
      now({
        rows: [
          { labels: {}, values: { senders: 2, inactive_slots: 1 } },
          { labels: { application: "a", client: "10.0.0.2" }, values: { replay_lag_bytes: 5, replay_lag_seconds: 0 } },
          { labels: { application: "b" }, values: { replay_lag_bytes: 700 } },
          { labels: { slot: "s1" }, values: { slot_retained_bytes: 9 } },
        ],
        facts: {
          role: "primary",
          senders: [
            { application: "a", client: "10.0.0.2", state: "streaming", sync_state: "async" },
            { application: "b", client: null, state: "catchup" },
          ],
          slots: [{ slot: "s0" }, { slot: "s1", active: false, wal_status: "extended" }],
        },
      }),
    );
    expect(found).toMatchObject({ role: "primary", senders: 2, inactiveSlots: 1, lostSlots: null, retainedBytes: 9 });
    expect(
      found.followers.map(({ application, replayLagBytes, replayLagSeconds }) => [
        application,
        replayLagBytes,
        replayLagSeconds,
      ]),
    ).toEqual([
      ["b", 700, null],
      ["a", 5, 0],
    ]);
    expect(found.slots.map(({ name, active, retainedBytes }) => [name, active, retainedBytes])).toEqual([
      ["s1", false, 9],
      ["s0", null, null],
    ]);
  });

  it("names the server before a standby", () => {
    const found = replicationOf(
      now({ rows: [], facts: { role: "standby", receiver: { status: "streaming", host: "db1", port: 5432 } } }),
    );
    expect(found).toMatchObject({ upstream: "db1:5432", receiverStatus: "streaming", replayDelaySeconds: null });
  });

  it("takes anything", () => {
    fc.assert(
      fc.property(fc.anything(), (data) => {
        expect(Array.isArray(replicationOf(now(data)).slots)).toBe(true);
      }),
    );
  });
});
