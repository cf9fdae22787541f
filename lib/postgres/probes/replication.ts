// Who follows this server and whom it follows: https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-REPLICATION-VIEW
import type { MetricDefinition, SqlRow } from "../../probe";
import type { Reasons } from "../../reasons";
import { OTHERS, togetherAs } from "../bounds";
import { growing } from "../growth";
import { defineProbe } from "../probe";
import { GROUPS, replicationSql } from "./replication-sql";

const BLIND = "Dozor's role may not read it: grant it pg_monitor";

const gauge = (unit: MetricDefinition["unit"], help: string): MetricDefinition => ({ kind: "gauge", unit, help });

const list = (rows: readonly SqlRow[], of: string, fields: Readonly<Record<string, string>>) =>
  rows
    .filter((row) => row[of] != null && row[of] !== OTHERS)
    .map((row) => Object.fromEntries(Object.entries(fields).map(([name, column]) => [name, row[column] ?? null])));

function factsOf(rows: readonly SqlRow[], total: SqlRow): Record<string, unknown> {
  return {
    role: total.standby === true ? "standby" : "primary",
    receiver: total.receives === true ? (list([total], "receives", RECEIVER)[0] ?? null) : null,
    senders: list(rows, "application", SENDER),
    slots: list(rows, "slot", SLOT),
  };
}

const RECEIVER = { status: "receiver_status", slot: "receiver_slot", host: "receiver_host", port: "receiver_port" };
const SENDER = {
  application: "application",
  client: "client",
  user: "sender_user",
  state: "sender_state",
  sync_state: "sender_sync_state",
};
const SLOT = {
  slot: "slot",
  type: "slot_type",
  plugin: "slot_plugin",
  database: "slot_database",
  active: "slot_active",
  wal_status: "slot_wal_status",
  inactive_since: "slot_inactive_since",
  invalidation_reason: "slot_invalidation_reason",
};

const HIDDEN_OF_SENDERS = [
  "sent_lag_bytes",
  "flush_lag_bytes",
  "replay_lag_bytes",
  "write_lag_seconds",
  "flush_lag_seconds",
  "replay_lag_seconds",
];
const HIDDEN_OF_RECEIVER = ["receiver_streaming", "receive_lag_bytes", "receiver_silence_seconds"];

function reasonsOf(rows: readonly SqlRow[], total: SqlRow): Reasons {
  const reasons: Reasons = {};
  if (total.sees_all === false) {
    const senders = Number(total.senders) > 0 ? HIDDEN_OF_SENDERS : [];
    for (const name of [...senders, ...(total.receives === true ? HIDDEN_OF_RECEIVER : [])]) reasons[name] = BLIND;
  }
  if (total.standby === true && total.replay_delay_seconds === null)
    reasons.replay_delay_seconds = "This standby has not replayed any transaction since it started";
  for (const [label, [limit, what]] of Object.entries(GROUPS))
    if (rows.some((row) => row[label] === OTHERS)) reasons[label] = togetherAs(limit, what);
  return reasons;
}

export const replication = defineProbe({
  name: "replication",
  facet: "postgres",
  interval: "collect_interval",
  timeoutMs: 12_000,
  labels: ["application", "client", "slot", "database", "cause"],
  resetBy: "stats_reset",
  sql: {
    10: replicationSql(10),
    11: replicationSql(11),
    13: replicationSql(13),
    16: replicationSql(16),
    17: replicationSql(17),
  },
  metrics: {
    senders: gauge("count", "Connections that take this server's write-ahead log, by follower and altogether"),
    sent_lag_bytes: gauge("bytes", "Write-ahead log not yet sent to the follower"),
    flush_lag_bytes: gauge("bytes", "Write-ahead log that the follower has not yet made durable"),
    replay_lag_bytes: gauge("bytes", "Write-ahead log that the follower has not yet replayed"),
    write_lag_seconds: gauge("s", "How long recent write-ahead log took until the follower had written it"),
    flush_lag_seconds: gauge("s", "How long recent write-ahead log took until the follower had made it durable"),
    replay_lag_seconds: gauge("s", "How long recent write-ahead log took until the follower had replayed it"),
    slots: gauge("count", "Replication slots"),
    inactive_slots: gauge("count", "Replication slots that nobody reads from"),
    lost_slots: gauge("count", "Replication slots whose write-ahead log is gone"),
    slot_retained_bytes: gauge("bytes", "Write-ahead log kept for the slot"),
    slot_active: gauge("boolean", "1 while somebody reads from the slot"),
    slot_safe_bytes: gauge(
      "bytes",
      "What may still be written before the slot loses write-ahead log; none without max_slot_wal_keep_size",
    ),
    slot_inactive_seconds: gauge("s", "How long nobody has read from the slot; 0 while somebody does"),
    receiver_streaming: gauge("boolean", "1 while this standby streams from the server before it"),
    receive_lag_bytes: gauge(
      "bytes",
      "Write-ahead log that the server before this standby has and it has not received",
    ),
    receiver_silence_seconds: gauge("s", "Time since the last message of the server before this standby"),
    replay_delay_bytes: gauge("bytes", "Write-ahead log that this standby has received but not replayed"),
    replay_delay_seconds: gauge(
      "s",
      "Age of the last transaction replayed; 0 while streaming with everything received replayed",
    ),
    replay_paused: gauge("boolean", "1 while replay is paused on this standby"),
    conflicts: { ...growing("conflicts", "Statements cancelled in favour of replay on this standby"), stored: true },
    conflicts_by_cause: {
      ...growing("conflicts_by_cause", "Statements cancelled in favour of replay on this standby, by cause"),
      stored: true,
    },
  },
  gather: {
    columns: [
      "standby",
      "sees_all",
      "receives",
      ...Object.values(RECEIVER),
      ...Object.values(SENDER).slice(2),
      ...Object.values(SLOT).filter((column) => !["slot", "slot_active"].includes(column)),
    ],
    from(rows) {
      const total = rows.find((row) => row.standby != null) ?? {};
      return { facts: factsOf(rows, total), unavailable: reasonsOf(rows, total) };
    },
  },
});
