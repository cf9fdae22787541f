// Cancelling and ending sessions of watched servers: who may, what becomes of it, and that it is written down.
import { appendActivity } from "../activity/append";
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { AppError } from "../errors";
import type { EndedSession } from "../postgres/end-session";
import { settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { takeAttempt } from "../users/throttle";
import { askCollector, type EndAnswer } from "./session-request";
import type { EndOutcome, EndSessionInput, EndSessionResult, EndVerb } from "./sessions-schema";
import { noPostgres, readServer } from "./stored";

const A_MINUTE = 30;

export interface EndSession extends EndSessionInput {
  server: string;
  pid: number;
  verb: EndVerb;
}

/** The activity event of a signal that was sent, and its words. */
const EVENTS = {
  cancel: { type: "session_cancelled", words: "cancelled a query" },
  terminate: { type: "session_ended", words: "ended a session" },
} as const;

const MESSAGES: Readonly<Record<Exclude<EndOutcome, "sent">, string>> = {
  gone: "There is no such session any more; nothing was done.",
  reused: "Another session has this number now; nothing was done.",
  own: "This is Dozor's own connection; nothing was done.",
  not_client:
    "This is no client's session, but a process of the server itself or a parallel worker, whose leader can be ended; nothing was done.",
};
const SENT: Readonly<Record<EndVerb, string>> = {
  cancel: "The server was asked to cancel the session's query; the session stays.",
  terminate: "The server was asked to end the session.",
};
const NOT_TAKEN = "Nobody collects from this server at the moment, so nothing was done; Admin → Collector tells more.";
const UNKNOWN =
  "The server did not answer in time, so it is not known whether anything was done; look whether the session is still there.";

interface Target {
  id: number;
  name: string;
}

/** The server, if a session there may be ended by anybody. @throws AppError not_found, conflict */
async function serverOf(name: string): Promise<Target> {
  const server = await readServer(name);
  if (server.pg_host === null) throw noPostgres();
  if (!server.enabled) throw new AppError("conflict", "The server is paused; resume it first.");
  return { id: server.id, name: server.name };
}

/**
 * Cancels what a session runs, or ends it: by the collector, in one statement that makes sure it is still the same session.
 * Waits 8 s at most; what was not done by then is never done. Written down whatever becomes of it, never with the query.
 * @returns also where nothing was done, since the session is another one or gone
 * @throws AppError unauthenticated, forbidden (the role, or the setting), not_found, too_many_requests, conflict (paused, no
 *   PostgreSQL, Dozor's role may not), unavailable (nobody collects, no answer)
 */
export async function endSession(actor: Actor | null, asked: EndSession): Promise<EndSessionResult> {
  requirePermission(actor, "sessions:end");
  if (!(await settings()).allow_session_cancel) {
    const message =
      "Ending sessions is turned off; an administrator can turn it on with the setting allow_session_cancel.";
    throw new AppError("forbidden", message);
  }
  const server = await serverOf(asked.server);
  await takeAttempt([{ key: `session-end:${actor.userId ?? actor.login}`, attempts: A_MINUTE }], new Date());
  const { verb, pid } = asked;
  const answer = await askCollector(server.id, { verb, pid, backendStart: inUtc(asked.backend_start) });
  await writeDown(actor, server, { asked, answer });
  if (answer === "not_taken") throw new AppError("unavailable", NOT_TAKEN);
  if (answer === "unknown") throw new AppError("unavailable", UNKNOWN);
  if ("failure" in answer) throw refusalOf(answer.failure);
  const { outcome } = answer;
  return { success: outcome === "sent", outcome, message: outcome === "sent" ? SENT[verb] : MESSAGES[outcome] };
}

/** The same moment as the watched server writes it; a Date has no microseconds. */
function inUtc(time: string): string {
  const [, fraction = ""] = /\.(\d+)/.exec(time) ?? [];
  return `${new Date(time).toISOString().slice(0, 19)}.${fraction.slice(0, 6).padEnd(6, "0")}Z`;
}

function refusalOf({ code, message }: { code: string; message: string }): AppError {
  return new AppError(code === "permission" ? "conflict" : "unavailable", `${message}.`);
}

function outcomeOf(answer: EndAnswer): string {
  if (typeof answer === "string") return answer;
  return "failure" in answer ? answer.failure.code : answer.outcome;
}

interface Done {
  asked: EndSession;
  answer: EndAnswer;
}

const isEnded = (answer: EndAnswer): answer is EndedSession => typeof answer === "object" && "outcome" in answer;

async function writeDown(actor: Actor, server: Target, { asked, answer }: Done): Promise<void> {
  const { verb, pid, backend_start, reason } = asked;
  const { usename: user, datname: database } = isEnded(answer) ? answer : { usename: null, datname: null };
  const target = { kind: "server", id: String(server.id), name: server.name };
  await prisma().$transaction(async (transaction) => {
    if (isEnded(answer) && answer.outcome === "sent") {
      const { type, words } = EVENTS[verb];
      const whose = `${user === null ? "" : ` of ${user}`}${database === null ? "" : ` in ${database}`}`;
      await appendActivity(transaction, {
        ...{ type, severity: "info", target, details: { pid, user, database } },
        message: `${actor.login} ${words}${whose} on ${server.name} (PID ${pid})`,
        actor: { login: actor.login, email: actor.email },
      });
    }
    await appendAudit(transaction, actor, {
      eventType: `session_${verb}`,
      target,
      details: { pid, backend_start, user, database, reason: reason || null, outcome: outcomeOf(answer) },
    });
  });
}
