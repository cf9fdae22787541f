// Waiting for the collector to have asked a new server: nobody but it contacts one.
import { setTimeout as wait } from "node:timers/promises";
import { pool } from "../db";

const LIMIT_MS = 5_000;
const PAUSE_MS = 100;
/** They tell whether the server answers, and what the list shows of it. */
const POSTGRES_PROBES = ["instance", "activity"];
const MACHINE_PROBES = ["cpu", "disk"];

interface Standing {
  collects: boolean;
  asked: number;
}

interface Wait {
  /** The server has no PostgreSQL. */
  machineAlone?: boolean;
  limitMs?: number;
}

/** Until the probes of a server's status have run once, at most 5 s; not at all where nobody collects. */
export async function firstCollection(id: number, { machineAlone, limitMs = LIMIT_MS }: Wait = {}): Promise<void> {
  const until = performance.now() + limitMs;
  const probes = machineAlone ? MACHINE_PROBES : POSTGRES_PROBES;
  for (;;) {
    const { rows } = await pool().query<Standing>(
      `SELECT EXISTS (SELECT FROM lease WHERE until > now()) AS collects,
         (SELECT count(*)::int FROM probe_state WHERE subject = $1 AND probe = ANY($2) AND last_run_at IS NOT NULL) AS asked`,
      [id, probes],
    );
    const done = !rows[0]?.collects || rows[0].asked === probes.length;
    if (done || performance.now() + PAUSE_MS > until) return;
    await wait(PAUSE_MS);
  }
}
