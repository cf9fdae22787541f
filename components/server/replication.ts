// Followers, slots and the server before a standby, as the Replication section shows them. Pure.
import { asNumber, fieldOf, rowsOf } from "./locate";
import type { Probes } from "./newest";

export interface Follower {
  application: string;
  client: string | null;
  user: string | null;
  state: string | null;
  syncState: string | null;
  sentLagBytes: number | null;
  replayLagBytes: number | null;
  replayLagSeconds: number | null;
}

export interface Slot {
  name: string;
  type: string | null;
  database: string | null;
  active: boolean | null;
  walStatus: string | null;
  retainedBytes: number | null;
  safeBytes: number | null;
  inactiveSeconds: number | null;
  invalidation: string | null;
}

export interface Replication {
  /** Null where nothing was collected. */
  role: "primary" | "standby" | null;
  followers: Follower[];
  slots: Slot[];
  /** The server before this standby, as `host:port`; null without a receiver. */
  upstream: string | null;
  receiverStatus: string | null;
  senders: number | null;
  inactiveSlots: number | null;
  lostSlots: number | null;
  retainedBytes: number | null;
  /** Of a standby. */
  replayDelaySeconds: number | null;
  replayDelayBytes: number | null;
  receiveLagBytes: number | null;
}

const text = (of: unknown, name: string): string | null => {
  const value = fieldOf(of, name);
  return typeof value === "string" && value !== "" ? value : null;
};

const listAt = (facts: unknown, name: string): unknown[] => {
  const list = fieldOf(facts, name);
  return Array.isArray(list) ? list : [];
};

/** Furthest behind first; slots that keep most first. */
export function replicationOf(probes: Probes): Replication {
  const data = probes.replication?.data;
  const facts = fieldOf(data, "facts");
  const rows = rowsOf(data);
  const server = rows.find(({ labels }) => Object.keys(labels).length === 0)?.values;
  const total = (name: string) => asNumber(server?.[name]);
  const role = text(facts, "role");
  const followers = listAt(facts, "senders").map((fact): Follower => {
    const [application, client] = [text(fact, "application") ?? "", text(fact, "client")];
    const values = rows.find(
      ({ labels }) => labels.application === application && (labels.client ?? null) === client,
    )?.values;
    return {
      ...{ application, client, user: text(fact, "user"), state: text(fact, "state") },
      syncState: text(fact, "sync_state"),
      sentLagBytes: asNumber(values?.sent_lag_bytes),
      replayLagBytes: asNumber(values?.replay_lag_bytes),
      replayLagSeconds: asNumber(values?.replay_lag_seconds),
    };
  });
  const slots = listAt(facts, "slots").map((fact): Slot => {
    const name = text(fact, "slot") ?? "";
    const values = rows.find(({ labels }) => labels.slot === name)?.values;
    const active = fieldOf(fact, "active");
    return {
      ...{ name, type: text(fact, "type"), database: text(fact, "database") },
      active: typeof active === "boolean" ? active : null,
      walStatus: text(fact, "wal_status"),
      invalidation: text(fact, "invalidation_reason"),
      retainedBytes: asNumber(values?.slot_retained_bytes),
      safeBytes: asNumber(values?.slot_safe_bytes),
      inactiveSeconds: asNumber(values?.slot_inactive_seconds),
    };
  });
  const receiver = fieldOf(facts, "receiver");
  const host = text(receiver, "host");
  const retained = slots.flatMap(({ retainedBytes }) => retainedBytes ?? []);
  return {
    role: role === "primary" || role === "standby" ? role : null,
    followers: followers.sort((a, b) => (b.replayLagBytes ?? -1) - (a.replayLagBytes ?? -1)),
    slots: slots.sort((a, b) => (b.retainedBytes ?? -1) - (a.retainedBytes ?? -1)),
    upstream: host === null ? null : `${host}:${asNumber(fieldOf(receiver, "port")) ?? ""}`.replace(/:$/, ""),
    receiverStatus: text(receiver, "status"),
    senders: total("senders"),
    inactiveSlots: total("inactive_slots"),
    lostSlots: total("lost_slots"),
    retainedBytes: retained.length === 0 ? null : Math.max(...retained),
    replayDelaySeconds: total("replay_delay_seconds"),
    replayDelayBytes: total("replay_delay_bytes"),
    receiveLagBytes: total("receive_lag_bytes"),
  };
}
