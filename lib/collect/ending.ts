// What people want done to sessions of watched servers: the instance that asks a server does it, once and at once or never.
import { performance } from "node:perf_hooks";
import { setTimeout as wait } from "node:timers/promises";
import { pool } from "../db";
import type { EndAnswer } from "../fleet/session-request";
import { log } from "../log";
import type { TargetSession } from "../postgres/connect";
import { type EndedSession, type EndRequest, endSession } from "../postgres/end-session";
import { ProbeError, type Trouble } from "../probe";
import type { CollectedServer } from "./plan";
import type { Targets } from "./targets";

/** So long after it was asked a request may be sent; whoever asked waits 2 s longer. */
const SENT_WITHIN_MS = 6_000;
/** So long the questions of probes may hold up a request; then it gets a connection of its own. */
const PATIENCE_MS = 1_000;
const LOOK_MS = 10;

interface Taken extends EndRequest {
  subject: number;
  age_ms: number;
}

/** Whoever takes it is the only one; the lease says who may. What was asked long ago, or given up, stays undone. */
const TAKE = `UPDATE session_request r SET taken_at = now()
  FROM lease l WHERE r.id = $1::bigint AND r.taken_at IS NULL AND r.subject = ANY($2)
    AND r.asked_at > now() - make_interval(secs => $3)
    AND l.name = 'server:' || r.subject AND l.holder = $4 AND l.until > now()
  RETURNING r.subject, r.verb, r.pid, r.backend_start AS "backendStart",
    (1000 * extract(epoch FROM now() - r.asked_at))::float8 AS age_ms`;

const ANSWER = `WITH answered AS (UPDATE session_request SET result = $2 WHERE id = $1::bigint RETURNING id)
  SELECT pg_notify('dozor_session_ended', id::text) FROM answered`;

interface EndingParts {
  /** Under whose name this instance holds leases. */
  holder: string;
  targets: Targets;
  /** The servers that this instance asks now, by id. */
  servers(): ReadonlyMap<number, CollectedServer>;
}

export function createEnding({ holder, targets, servers }: EndingParts) {
  const working = new Set<Promise<void>>();

  async function take(id: string): Promise<Taken | undefined> {
    const { rows } = await pool().query<Taken>(TAKE, [id, [...servers().keys()], SENT_WITHIN_MS / 1000, holder]);
    return rows[0];
  }

  /** The shared connection if it is free in time. @throws ProbeError where there is none */
  async function freeConnection(server: CollectedServer): Promise<TargetSession | null> {
    const until = performance.now() + PATIENCE_MS;
    const session = await Promise.race([targets.session(server), wait(PATIENCE_MS, null, { ref: false })]);
    while (session?.busy && performance.now() < until) await wait(LOOK_MS);
    return session?.busy ? null : session;
  }

  async function carryOut(request: Taken): Promise<EndAnswer> {
    const left = SENT_WITHIN_MS - request.age_ms;
    // This process may stand still meanwhile, or its machine: then only one of the clocks goes on.
    const limits = [performance.now() + left, Date.now() + left] as const;
    const send = (session: TargetSession) =>
      sendWithin(session, request, Math.min(limits[0] - performance.now(), limits[1] - Date.now()));
    const server = servers().get(request.subject);
    if (!server) throw new ProbeError("internal", "The server is not asked here any more");
    const shared = await freeConnection(server);
    if (shared) return send(shared);
    let opened = false;
    const work = (session: TargetSession) => {
      opened = true;
      return send(session);
    };
    return targets.withOwn(server, work).catch((error: unknown) => {
      if (opened || !(error instanceof ProbeError)) throw error;
      throw new ProbeError(error.code, `${BUSY}: ${error.message}`, { cause: error });
    });
  }

  async function answer(id: string): Promise<void> {
    const request = await take(id);
    if (!request) return;
    const result = await carryOut(request).catch((error: unknown) => ({ failure: troubleOf(error) }));
    await pool().query(ANSWER, [id, JSON.stringify(result)]);
  }

  return {
    /** @param id of a request, whoever holds its server; every instance hears of each */
    hear(id: string): void {
      if (!/^\d{1,18}$/.test(id)) return;
      const work = answer(id)
        .catch((error) => log.warn({ source: "collector", err: error }, "a request to end a session was not answered"))
        .finally(() => working.delete(work));
      working.add(work);
    },
    /** When all that was taken is answered. */
    async close(): Promise<void> {
      await Promise.all(working);
    },
  };
}

/** What the other side has not begun by then, a pooler above all, is withdrawn with the connection. */
async function sendWithin(session: TargetSession, request: EndRequest, limitMs: number): Promise<EndedSession> {
  if (limitMs <= 0) throw new ProbeError("timeout", TOO_LATE);
  let closed = false;
  const timer = setTimeout(() => {
    closed = true;
    void session.close();
  }, limitMs);
  try {
    return await endSession(session, request);
  } catch (error) {
    throw closed ? new ProbeError("timeout", NO_ANSWER, { cause: error }) : error;
  } finally {
    clearTimeout(timer);
  }
}

const NO_ANSWER =
  "The server did not answer in time; whether it did anything is not known: look whether the session is still there";
const TOO_LATE = "The connection to the server was not free in time; nothing was sent";
const BUSY = "The connection to the server is busy, and another one cannot be opened; nothing was sent";

function troubleOf(error: unknown): Trouble {
  if (error instanceof ProbeError) return { code: error.code, message: error.message.toWellFormed() };
  log.error({ source: "collector", err: error }, "a session could not be ended");
  return { code: "internal", message: "This did not work; the log says why" };
}
