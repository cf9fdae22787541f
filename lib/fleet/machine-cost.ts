// What reading a machine costs, as the collector wrote it down.
import { pool } from "../db";
import { probesOf } from "../metrics/catalog";
import { roundTo } from "../rate";
import { type Actor, requirePermission } from "../users/permissions";

export interface MachineCost {
  /** When the machine was asked last, ISO 8601. */
  at: string;
  /** How long its questions of a minute take; over SSH the way there is part of it. */
  msPerMinute: number;
  /** Of the collecting process, for all that it watches; null where not known. 100 % is one core. */
  cpuPercent: number | null;
  rssBytes: number | null;
}

const COST = `
  SELECT max(last_run_at) AS at, sum(duration_ms * 60 / nullif(interval_seconds, 0)) AS ms,
    (SELECT data #> '{rows,0,values}' FROM latest WHERE subject = 1 AND kind = 'self') AS self
  FROM probe_state WHERE subject = $1 AND probe = ANY($2) AND duration_ms IS NOT NULL AND outcome = 'ok'`;

interface CostRow {
  at: Date | null;
  ms: number | null;
  self: { process_cpu_percent?: number | null; process_rss_bytes?: number | null } | null;
}

/** Null while nothing was read. @throws AppError when the actor may not read servers */
export async function machineCost(actor: Actor | null, server: { id: number }): Promise<MachineCost | null> {
  requirePermission(actor, "servers:read");
  const { rows } = await pool().query<CostRow>(COST, [server.id, probesOf("host")]);
  const [{ at, ms, self } = { at: null, ms: null, self: null }] = rows;
  if (at === null || ms === null) return null;
  return {
    at: at.toISOString(),
    msPerMinute: roundTo(ms, 1),
    cpuPercent: self?.process_cpu_percent ?? null,
    rssBytes: self?.process_rss_bytes ?? null,
  };
}
