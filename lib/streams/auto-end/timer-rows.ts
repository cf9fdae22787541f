// Timers as they are stored. Whoever reads them to change them has locked their channels, which stand for both.
import type { Transaction } from "../../db";
import type { Ending, Timer } from "./timer";

/** A row of `auto_end`. */
export interface TimerRow {
  channel: number;
  state: Timer["state"];
  armedAt: Date;
  deadline: Date | null;
  remainingMs: number | null;
  warningsSent: number[];
  hadListener: boolean;
  commandId: string | null;
  retries: number;
  reason: string | null;
  wanted: boolean;
}

/** For `FROM auto_end a`. */
export const TIMER_COLUMNS = `a.channel, a.state, a.armed_at AS "armedAt", a.deadline, a.remaining_ms::float8 AS "remainingMs",
  a.warnings_sent AS "warningsSent", a.had_listener AS "hadListener", a.command_id::text AS "commandId", a.retries, a.reason, a.wanted`;

/** Timers by channel; those without one are missing. */
export async function readTimers(
  transaction: Transaction,
  channels: readonly number[],
): Promise<Map<number, TimerRow>> {
  const rows = await transaction.$queryRawUnsafe<TimerRow[]>(
    `SELECT ${TIMER_COLUMNS} FROM auto_end a WHERE a.channel = ANY($1::int[])`,
    channels,
  );
  return new Map(rows.map((row) => [row.channel, row]));
}

/** The reason of a paused timer that a cancel holds. */
const HELD = "cancelled";

/** The machine's view of a row. */
export function timerOf(row: TimerRow): Timer {
  const armedAt = row.armedAt.getTime();
  const deadline = row.deadline?.getTime() ?? armedAt;
  switch (row.state) {
    case "armed":
      return { state: "armed", armedAt, deadline, warningsSent: row.warningsSent };
    case "suspended":
      return { state: "suspended", armedAt, remainingMs: row.remainingMs ?? 0, warningsSent: row.warningsSent };
    case "paused":
      return { state: "paused", armedAt, remainingMs: row.remainingMs, held: row.reason === HELD };
    case "held":
      return { state: "held", armedAt, hadListener: row.hadListener };
    case "ending": {
      const { retries, wanted } = row;
      return { state: "ending", armedAt, deadline, reason: row.reason ?? "no_listeners", wanted, retries };
    }
  }
}

/** What is to be stored of one channel's timer. */
interface TimerChange {
  channel: number;
  timer: Timer | null;
  /** Of an ending one. */
  commandId: string | null;
}

/** Writes and removes timers. */
export async function writeTimers(transaction: Transaction, changes: readonly TimerChange[]): Promise<void> {
  const gone = changes.filter(({ timer }) => timer === null).map(({ channel }) => channel);
  const kept = changes.flatMap(({ timer, ...rest }) => (timer ? [columnsOf(timer, rest)] : []));
  if (gone.length > 0) await transaction.$executeRawUnsafe("DELETE FROM auto_end WHERE channel = ANY($1::int[])", gone);
  if (kept.length > 0) await transaction.$executeRawUnsafe(WRITE, JSON.stringify(kept));
}

function columnsOf(timer: Timer, { channel, commandId }: { channel: number; commandId: string | null }) {
  const ending: Ending | null = timer.state === "ending" ? timer : null;
  return {
    channel,
    state: timer.state,
    armed_at: timeOf(timer.armedAt),
    deadline: "deadline" in timer ? timeOf(timer.deadline) : null,
    remaining_ms: "remainingMs" in timer && timer.remainingMs !== null ? Math.round(timer.remainingMs) : null,
    warnings_sent: "warningsSent" in timer ? timer.warningsSent : [],
    had_listener: timer.state === "held" && timer.hadListener,
    command_id: ending && commandId,
    retries: ending?.retries ?? 0,
    reason: ending?.reason ?? (timer.state === "paused" && timer.held ? HELD : null),
    wanted: ending?.wanted ?? false,
  };
}

const timeOf = (ms: number) => new Date(ms).toISOString();

const WRITE = `INSERT INTO auto_end (channel, state, armed_at, deadline, remaining_ms, warnings_sent, had_listener, command_id,
    retries, reason, wanted)
  SELECT channel, state, armed_at, deadline, remaining_ms, warnings_sent, had_listener, command_id, retries, reason, wanted
  FROM jsonb_to_recordset($1::text::jsonb) AS r (channel integer, state text, armed_at timestamptz, deadline timestamptz,
    remaining_ms bigint, warnings_sent integer[], had_listener boolean, command_id bigint, retries integer, reason text,
    wanted boolean)
  ON CONFLICT (channel) DO UPDATE SET state = excluded.state, armed_at = excluded.armed_at, deadline = excluded.deadline,
    remaining_ms = excluded.remaining_ms, warnings_sent = excluded.warnings_sent, had_listener = excluded.had_listener,
    command_id = excluded.command_id, retries = excluded.retries, reason = excluded.reason, wanted = excluded.wanted,
    updated_at = now()`;
