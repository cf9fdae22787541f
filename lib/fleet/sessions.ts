// Sessions of a watched server for those who look at them: a lease asks the collector for them, and what it wrote down is
// read and put into words once for all who look.
import { setTimeout as sleep } from "node:timers/promises";
import { pool, prepared } from "../db";
import { leaseSeconds, renewWatch } from "../live/watch";
import type { MadeText } from "../made-text";
import { remembered } from "../remembered";
import { settings } from "../settings/queries";
import { type Actor, can, requirePermission } from "../users/permissions";
import { maskSessions } from "./mask-sessions";
import type { LiveSession, LiveSessions, SessionInterval, SessionStats } from "./sessions-schema";
import { noPostgres, serverNotFound } from "./stored";

const DEFAULT_EVERY: SessionInterval = 2;
const FIRST_WAIT_MS = 3_000;
/** How often it is looked for a first answer. */
const LOOK_MS = 100;
/** A lease is renewed by every question but those that follow this soon. */
const RENEW_SECONDS = 3;
/** What is older than so many intervals was told to somebody who does not look any more. */
const STALE_INTERVALS = 3;

interface Options {
  /** Seconds between two questions. */
  every?: SessionInterval | undefined;
  /** How long a first answer is waited for; default 3 s. */
  waitMs?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
}

interface Watched {
  id: number;
  enabled: boolean;
  has_postgres: boolean;
}

type Trouble = LiveSessions["trouble"];

/** What the collector wrote down: see `lib/collect/live-sessions.ts`. */
interface Told {
  sessions: LiveSession[];
  total: number;
  trouble: Trouble;
}

type Head = Omit<LiveSessions, "sessions">;

/** One answer of a server; its two forms and their texts are made when first wanted. */
class Reading {
  private masked: Promise<LiveSession[]> | undefined;
  private readonly texts = new Map<string, Promise<MadeText>>();

  constructor(
    readonly subject: number,
    readonly ts: string,
    readonly told: Told,
  ) {}

  async sessions(masked: boolean): Promise<LiveSession[]> {
    if (!masked) return this.told.sessions;
    this.masked ??= maskSessions(this.subject, this.told.sessions);
    return this.masked;
  }

  /** The whole answer in JSON behind that head: few differ, by what their readers may. */
  text(head: Head): Promise<MadeText> {
    const start = JSON.stringify(head).slice(0, -1);
    const text = this.texts.get(start) ?? this.make(start, head.masked);
    this.texts.set(start, text);
    return text;
  }

  private async make(start: string, masked: boolean): Promise<MadeText> {
    return { text: `${start},"sessions":${JSON.stringify(await this.sessions(masked))}}` };
  }
}

/**
 * Sessions of a server as they are now, for somebody who asks again every `every` seconds.
 * @throws AppError not_found, conflict (no PostgreSQL); forbidden and the like when the actor may not read servers
 */
export async function liveSessions(actor: Actor | null, server: string, options: Options): Promise<LiveSessions> {
  const { head, reading } = await look(actor, server, options);
  return { ...head, sessions: (await reading?.sessions(head.masked)) ?? [] };
}

/** The same as a text in JSON, made once for all who may see as much. */
export async function liveSessionsText(actor: Actor | null, server: string, options: Options): Promise<MadeText> {
  const { head, reading } = await look(actor, server, options);
  return (await reading?.text(head)) ?? { text: JSON.stringify({ ...head, sessions: [] }) };
}

/** Older clients ask now and then. */
const STATS = { every: 5, waitMs: 5_000 } as const;

/**
 * What clients of the older monitor know of sessions, Dozor's own left out.
 * @throws AppError not_found, conflict (no PostgreSQL); forbidden and the like when the actor may not read servers
 */
export async function sessionStats(actor: Actor | null, server: string, signal?: AbortSignal): Promise<SessionStats> {
  const { sessions, ts, trouble } = await liveSessions(actor, server, { ...STATS, signal });
  return { queries: sessions.filter(({ own }) => !own), ts, trouble };
}

async function look(actor: Actor | null, server: string, options: Options) {
  requirePermission(actor, "servers:read");
  const watched = await watchedServer(server);
  if (!watched) throw serverNotFound();
  if (!watched.has_postgres) throw noPostgres();
  const refusal = watched.enabled ? null : PAUSED;
  const reading = refusal ? null : await newest(watched.id, options);
  const head: Head = {
    server,
    ts: reading?.ts ?? null,
    total: reading?.told.total ?? 0,
    masked: !can(actor, "queries:read"),
    can_end: can(actor, "sessions:end") && (await settings()).allow_session_cancel,
    trouble: refusal ?? reading?.told.trouble ?? null,
  };
  return { head, reading };
}

async function watchedServer(name: string): Promise<Watched | null> {
  if (name.includes("\0")) return null;
  const known = remembered<Watched>("watched servers", { channel: "dozor_servers", maxAgeMs: 2_000, most: 1_000 });
  return known.get(name, async () => {
    const { rows } = await pool().query<Watched>({
      name: prepared("watched-by-name"),
      text: "SELECT id, enabled, pg_host IS NOT NULL AS has_postgres FROM servers WHERE name = $1",
      values: [name],
    });
    return rows[0] ? { value: rows[0], about: String(rows[0].id) } : null;
  });
}

const PAUSED: Trouble = { code: "paused", message: "The server is paused: nobody asks it until it is resumed" };

async function newest(subject: number, { every = DEFAULT_EVERY, waitMs = FIRST_WAIT_MS, signal }: Options) {
  const began = await keepWatching(subject, every);
  const until = performance.now() + waitMs;
  const isOld = ({ ts }: Reading) => began && Date.now() - Date.parse(ts) > STALE_INTERVALS * every * 1_000;
  for (;;) {
    const reading = await readOnce(subject);
    if ((reading && !isOld(reading)) || signal?.aborted || performance.now() >= until) return reading;
    await sleep(LOOK_MS);
  }
}

/** When this process renewed each lease last, by its own clock. */
const renewed = new Map<string, number>();
const MOST_LEASES = 10_000;

/** Renews the lease where it is time. @returns whether nobody watched through this process before */
async function keepWatching(subject: number, every: SessionInterval): Promise<boolean> {
  const key = `${subject}:${every}`;
  const now = performance.now();
  const seconds = (now - (renewed.get(key) ?? Number.NEGATIVE_INFINITY)) / 1_000;
  if (seconds < RENEW_SECONDS) return false;
  if (renewed.size >= MOST_LEASES) renewed.clear();
  renewed.set(key, now);
  await renewWatch(subject, "sessions", every).catch((error) => {
    renewed.delete(key);
    throw error;
  });
  return seconds > leaseSeconds(every);
}

const asking = new Map<number, Promise<Reading | null>>();

/**
 * What was told last, read once for all who want it at the same time, and until something newer is told. Where nothing was,
 * that holds for a moment: many may wait for a first answer.
 */
function readOnce(subject: number): Promise<Reading | null> {
  const readings = remembered<Reading>("live sessions", {
    channel: "dozor_live_sessions",
    ...{ maxAgeMs: 30_000, most: 100 },
  });
  const before = asking.get(subject);
  if (before) return before;
  const answer = readings.get(String(subject), () => read(subject));
  asking.set(subject, answer);
  const forget = () => asking.delete(subject);
  answer.then((known) => (known ? forget() : setTimeout(forget, LOOK_MS).unref()), forget);
  return answer;
}

async function read(subject: number) {
  const { rows } = await pool().query<{ ts: Date; data: Told }>({
    name: prepared("live-sessions"),
    text: "SELECT ts, data FROM live_sessions WHERE subject = $1",
    values: [subject],
  });
  const [row] = rows;
  return row ? { value: new Reading(subject, row.ts.toISOString(), row.data), about: String(subject) } : null;
}
