// Why a server is as it is: one code, for which the messages hold a word and a sentence.
import type { ServerSummary } from "@/lib/fleet/schema";
import type { Thresholds } from "@/lib/health/schema";
import { totalConnections } from "./arrange";

/** Failure codes of the probes, what the status knows besides, and thresholds that are passed. */
export const REASONS = [
  "dns",
  "refused",
  "timeout",
  "tls",
  "auth",
  "permission",
  "too_many_connections",
  "starting_up",
  "unreachable",
  "no_database",
  "protocol",
  "ssh_unreachable",
  "ssh_auth",
  "ssh_host_key",
  "sql",
  "read",
  "parse",
  "internal",
  "not_collected",
  "stale",
  "paused",
  "disk_critical",
  "disk_warning",
  "connections_critical",
  "connections_warning",
] as const;
export type Reason = (typeof REASONS)[number];

/** Share of the allowed sessions that is taken, 0..100; null where either is not known. */
export function connectionsPercent(server: Pick<ServerSummary, "connections" | "max_connections">): number | null {
  if (!server.max_connections || Object.keys(server.connections).length === 0) return null;
  return (100 * totalConnections(server)) / server.max_connections;
}

/** The status' reason; of a server that is up, the worst threshold it passes. Null: nothing to say. */
export function reasonOf(server: ServerSummary, thresholds: Thresholds): Reason | null {
  if (server.status === "paused") return "paused";
  if (server.reason !== null) return REASONS.find((reason) => reason === server.reason) ?? "internal";
  const shares = [
    { of: "disk", value: server.disk_percent, marks: thresholds.disk_percent },
    { of: "connections", value: connectionsPercent(server), marks: thresholds.db_connections },
  ] as const;
  for (const level of ["critical", "warning"] as const) {
    const passed = shares.find(({ value, marks }) => value !== null && value >= marks[level]);
    if (passed) return `${passed.of}_${level}`;
  }
  return null;
}
