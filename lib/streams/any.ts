// Whether there is anything live to look after: nothing else needs to be asked each second where nobody has streams.
import { pool } from "../db";

/** Parts of the work that begin a turn together share one question. */
const SHARED_MS = 100;

let shared: { at: number; answer: Promise<boolean> } | undefined;

/** Whether there is a channel, or a source that may bring some, as of 100 ms ago at most. @throws what the database says */
export function areThereStreams(): Promise<boolean> {
  const at = performance.now();
  if (!shared || at - shared.at > SHARED_MS) shared = { at, answer: ask() };
  return shared.answer;
}

async function ask(): Promise<boolean> {
  const { rows } = await pool().query<{ any: boolean }>(
    "SELECT EXISTS (SELECT FROM channels) OR EXISTS (SELECT FROM stream_sources) AS any",
  );
  return rows[0]?.any ?? false;
}
