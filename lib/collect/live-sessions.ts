// What watched servers told of their sessions: written down for those who look, and gone when nobody does. It holds texts of
// queries, so nothing of it goes anywhere else, and what our database does not take at once is forgotten.
import { pool } from "../db";
import { log } from "../log";
import { sessions } from "../postgres/probes/sessions";
import { troubleOf } from "../probe";
import type { TaskSpec } from "./plan";
import type { RunResult } from "./state";

const stamp = (ms: number) => new Date(ms).toISOString();

/** What is written down of a run: sessions with the time of asking, or, where they could not be had, why. */
function toldBy({ outcome }: RunResult): { whole: object; change: object } {
  const told = outcome.outcome === "nothing" ? { code: "sql", message: outcome.reason } : troubleOf(outcome);
  // Servers say what they like, and our database does not store everything.
  const trouble = told && { ...told, message: told.message.replaceAll("\0", "").toWellFormed() };
  if (outcome.outcome !== "ok") return { whole: { sessions: [], total: 0, trouble }, change: { trouble } };
  const whole = { ...outcome.reading.facts, trouble };
  return { whole, change: whole };
}

/** After a failure the sessions told before stay, with their time. */
async function put(result: RunResult): Promise<void> {
  const { whole, change } = toldBy(result);
  const isNew = result.outcome.outcome === "ok";
  await pool().query(
    `WITH written AS (
       INSERT INTO live_sessions AS l (subject, ts, data)
       SELECT id, $2, $3::jsonb FROM servers WHERE id = $1 AND enabled
       ON CONFLICT (subject) DO UPDATE SET ts = CASE WHEN $5 THEN excluded.ts ELSE l.ts END, data = l.data || $4::jsonb
       RETURNING subject
     )
     SELECT pg_notify('dozor_live_sessions', subject::text) FROM written`,
    [result.subject, stamp(result.startedAt), JSON.stringify(whole), JSON.stringify(change), isNew],
  );
}

/** Removes rows of these subjects, and those at which nobody looks, whoever wrote them. */
async function remove(subjects: readonly number[]): Promise<void> {
  await pool().query(
    `WITH gone AS (
       DELETE FROM live_sessions l WHERE subject = ANY($1) OR NOT EXISTS (
         SELECT FROM watch w WHERE w.subject = l.subject AND w.kind = $2 AND w.until > now())
       RETURNING subject
     )
     SELECT pg_notify('dozor_live_sessions', subject::text) FROM gone`,
    [subjects, sessions.name],
  );
}

/** The writer of one collector. */
export function createLiveSessions() {
  /** Servers whose sessions are asked for now. */
  let asked: ReadonlySet<number> = new Set();
  const waiting = new Map<number, RunResult>();
  const gone = new Set<number>();
  let isDirty = true;
  let working: Promise<void> | undefined;
  let failing = false;

  async function removeGone(): Promise<void> {
    if (!isDirty) return;
    const subjects = [...gone];
    isDirty = false;
    await remove(subjects).catch((error) => {
      isDirty = true;
      throw error;
    });
    for (const subject of subjects) gone.delete(subject);
  }

  async function putNext(): Promise<void> {
    const [next] = waiting;
    if (!next) return;
    const [subject, result] = next;
    waiting.delete(subject);
    if (asked.has(subject)) await put(result);
  }

  async function turn(): Promise<void> {
    try {
      while (isDirty || waiting.size > 0) {
        await removeGone();
        await putNext();
      }
      failing = false;
    } catch (error) {
      // Its message may quote what was to be written.
      if (!failing) log.warn({ code: (error as { code?: unknown }).code }, "live sessions could not be written down");
      failing = true;
    }
  }

  /** One after the other, so that nothing is written after it was removed. */
  function work(): Promise<void> {
    working ??= turn().finally(() => {
      working = undefined;
    });
    return working;
  }

  return {
    /** Takes what a run gave, if it is about sessions. @returns whether it did: then it concerns nobody else */
    record(result: RunResult): boolean {
      if (result.probe !== sessions.name) return false;
      waiting.set(result.subject, result);
      void work();
      return true;
    },
    /** Removes what was told of servers that are not asked any more. @returns when it is gone, or could not be removed */
    async retain(specs: readonly TaskSpec[]): Promise<void> {
      const now = new Set(specs.filter(({ probe }) => probe === sessions).map(({ server }) => server.id));
      for (const subject of asked) if (!now.has(subject)) gone.add(subject);
      // Whoever asked before may have left something.
      for (const subject of now) if (!asked.has(subject)) gone.add(subject);
      isDirty ||= gone.size > 0;
      asked = now;
      for (const subject of waiting.keys()) if (!asked.has(subject)) waiting.delete(subject);
      if (!isDirty) return;
      await working;
      await work();
    },
    /** Removes all that it wrote. Never throws. */
    async close(): Promise<void> {
      for (const subject of asked) gone.add(subject);
      asked = new Set();
      isDirty = true;
      await working;
      await work();
    },
  };
}
