// A request to the collector to end a session of a watched server: it has a connection there, also when no other is free.
import { setTimeout as wait } from "node:timers/promises";
import { listen, pool } from "../db";
import type { EndedSession, EndRequest } from "../postgres/end-session";
import type { Trouble } from "../probe";

/** What became of it; `unknown`: taken, and not answered in time. */
export type EndAnswer = EndedSession | { failure: Trouble } | "not_taken" | "unknown";

/** The collector sends nothing later than 6 s after it was asked. */
const WAIT_MS = 8_000;
/** A notification may be lost, or come before the server has changed hands. */
const LOOK_MS = 1_000;

interface StandingRow {
  result: EndAnswer | null;
}

/** The answer, if there is one; until somebody takes the request it is told again. */
const LOOK = `SELECT result, CASE WHEN taken_at IS NULL THEN pg_notify('dozor_end_session', id::text) END AS told
  FROM session_request WHERE id = $1::bigint`;

/** From here on nobody takes it any more. */
const GIVE_UP = "UPDATE session_request SET taken_at = now() WHERE id = $1::bigint AND taken_at IS NULL";

async function insert(subject: number, { verb, pid, backendStart }: EndRequest): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    "INSERT INTO session_request (subject, verb, pid, backend_start) VALUES ($1, $2, $3, $4) RETURNING id::text",
    [subject, verb, pid, backendStart],
  );
  return rows[0]?.id ?? "";
}

async function look(id: string): Promise<EndAnswer | null> {
  const { rows } = await pool().query<StandingRow>(LOOK, [id]);
  return rows[0]?.result ?? null;
}

async function giveUp(id: string): Promise<EndAnswer> {
  const { rowCount } = await pool().query(GIVE_UP, [id]);
  return rowCount === 1 ? "not_taken" : ((await look(id)) ?? "unknown");
}

/** Who waits for which request. All share one connection, however many they are. */
const rings = new Map<string, () => void>();
let hearing: Promise<() => Promise<void>> | undefined;
let waiting = 0;

const hear = () => listen("dozor_session_ended", (id) => rings.get(id)?.());

async function hangUp(): Promise<void> {
  const stop = hearing;
  hearing = undefined;
  await (await stop)?.();
}

/** Has whichever instance asks the server do it, and waits 8 s at most; what nobody took by then is never done. */
export async function askCollector(subject: number, request: EndRequest, waitMs = WAIT_MS): Promise<EndAnswer> {
  waiting += 1;
  try {
    hearing ??= hear();
    await hearing;
    return await askAndWait(await insert(subject, request), waitMs);
  } finally {
    waiting -= 1;
    if (waiting === 0) await hangUp();
  }
}

async function askAndWait(id: string, waitMs: number): Promise<EndAnswer> {
  const until = performance.now() + waitMs;
  try {
    // What is known of a request that was made must be told, even if our database stumbles meanwhile.
    while (performance.now() < until) {
      const rung = new Promise<void>((resolve) => rings.set(id, resolve));
      const answer = await look(id).catch(() => null);
      if (answer) return answer;
      const left = Math.max(0, until - performance.now());
      await Promise.race([rung, wait(Math.min(LOOK_MS, left), undefined, { ref: false })]);
    }
    return await giveUp(id).catch(() => "unknown" as const);
  } finally {
    rings.delete(id);
  }
}
