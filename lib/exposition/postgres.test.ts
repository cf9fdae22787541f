import { describe, expect, it } from "vitest";
import type { Row } from "../probe";
import { toTable } from "../row-table";
import type { Newest, NewestOfServer } from "./newest";
import { addPostgres } from "./postgres";

const NOW = 1_700_000_000_000;
const newest = (rows: Row[], facts?: Record<string, unknown>, exposed?: Row[]): Newest => ({
  at: NOW,
  data: { rows, facts },
  exposed: exposed ? toTable(exposed) : null,
});
const values = (of: Row["values"], labels: Row["labels"] = {}): Row => ({ labels, values: of });

/** `name{labels}` → value. */
function toldOf(probes: Readonly<Record<string, Newest>>): Record<string, number> {
  const told: Record<string, number> = {};
  const server = { name: "pg", enabled: true, hasPostgres: true, runs: [], newest: new Map(Object.entries(probes)) };
  const add: Parameters<typeof addPostgres>[0] = (name, { text }, value) => {
    if (value != null) told[`${name}${text.replace('{server="pg"}', "").replace('server="pg",', "")}`] = value;
  };
  addPostgres(add, { ...server, status: "up" } satisfies NewestOfServer, NOW);
  return told;
}

const CHECKPOINTS = { timed: 3, requested: 1, write_ms: 40, checkpoint_bytes: 32_768, background_bytes: 8_192 };

describe("a server in postgres_exporter's words", () => {
  it("tells checkpoints by the views of its version, in buffers of its own size", () => {
    const before17 = [values({ ...CHECKPOINTS, backend_bytes: 16_384, block_bytes: 16_384 })];
    expect(toldOf({ checkpoints: newest([], {}, before17) })).toEqual({
      pg_stat_bgwriter_checkpoints_timed_total: 3,
      pg_stat_bgwriter_checkpoints_req_total: 1,
      pg_stat_bgwriter_checkpoint_write_time_total: 40,
      pg_stat_bgwriter_buffers_checkpoint_total: 2,
      pg_stat_bgwriter_buffers_clean_total: 0.5,
      pg_stat_bgwriter_buffers_backend_total: 1,
    });
    const since17 = [values({ ...CHECKPOINTS, restartpoints_done: 0, block_bytes: 8_192 })];
    expect(toldOf({ checkpoints: newest([], {}, since17) })).toEqual({
      pg_stat_checkpointer_num_timed_total: 3,
      pg_stat_checkpointer_num_requested_total: 1,
      pg_stat_checkpointer_restartpoints_done_total: 0,
      pg_stat_checkpointer_write_time_total: 40,
      pg_stat_checkpointer_buffers_written_total: 4,
      pg_stat_bgwriter_buffers_clean_total: 1,
    });
  });

  it("tells what a standby lags, which is none on a primary and not known before it has replayed anything", () => {
    const primary = newest([values({ in_recovery: 0 })]);
    const standby = newest([values({ in_recovery: 1 })]);
    const replication = (seconds: number | null) => newest([values({ replay_delay_seconds: seconds, slots: 0 })]);
    expect(toldOf({ instance: primary, replication: replication(null) })).toEqual({
      pg_replication_is_replica: 0,
      pg_replication_lag_seconds: 0,
    });
    const promoted = { instance: primary, replication: replication(7) };
    expect(toldOf(promoted)).toMatchObject({ pg_replication_lag_seconds: 0 });
    expect(toldOf({ instance: standby, replication: replication(2.5) })).toMatchObject({
      pg_replication_lag_seconds: 2.5,
    });
    expect(toldOf({ instance: standby, replication: replication(null) })).toEqual({ pg_replication_is_replica: 1 });
  });

  it("tells no size of a database that was dropped since, unless more are there than are listed", () => {
    const sized = ["shop", "gone"].map((database) => values({ size_bytes: 8 }, { database }));
    const sizes = { ...newest(sized), at: NOW - 1_800_000 };
    const [shop, others] = [values({ oid: 5 }, { database: "shop" }), values({ commits: 1 }, { database: "(others)" })];
    const told = (...listed: Row[]) =>
      Object.keys(toldOf({ sizes, databases: newest([], {}, listed) })).filter((name) => name.includes("size"));
    const both = ["shop", "gone"].map((name) => `pg_database_size_bytes{datname="${name}"}`);
    expect(told(shop)).toEqual(both.slice(0, 1));
    expect(told(shop, others)).toEqual(both);
    const before = { ...newest([], {}, [shop]), at: sizes.at };
    expect(Object.keys(toldOf({ sizes, databases: before }))).toEqual(both);
  });

  it("tells followers with their state, slots, and conflicts by the number of the database", () => {
    const replication = newest(
      [
        values({ replay_lag_bytes: 64, senders: 1 }, { application: "a", client: "10.0.0.2" }),
        values({ replay_lag_bytes: 8 }, { application: "b" }),
        values({ slot_active: 0, slot_retained_bytes: 128 }, { slot: "s" }),
        values({ conflicts: 4 }, { database: "shop" }),
        values({ conflicts: 9 }, { database: "gone" }),
        values({ conflicts_by_cause: 4 }, { cause: "lock" }),
      ],
      { senders: [{ application: "a", client: "10.0.0.2", state: "streaming" }] },
    );
    const databases = newest([], {}, [values({ oid: 5 }, { database: "shop" })]);
    expect(toldOf({ replication, databases })).toEqual({
      'pg_stat_replication_pg_wal_lsn_diff{application_name="a",client_addr="10.0.0.2",state="streaming"}': 64,
      'pg_stat_replication_pg_wal_lsn_diff{application_name="b"}': 8,
      'pg_replication_slots_active{slot_name="s"}': 0,
      'pg_replication_slots_pg_wal_lsn_diff{slot_name="s"}': 128,
      'pg_stat_database_conflicts{datid="5",datname="shop"}': 4,
    });
  });
});
