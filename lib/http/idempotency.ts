// A POST that is sent again with the same Idempotency-Key has its effect once, and the same answer.
import { createHmac, hkdfSync, randomUUID } from "node:crypto";
import { z } from "zod";
import { pool } from "../db";
import { env } from "../env";
import { AppError } from "../errors";
import { log } from "../log";
import type { Actor } from "../users/permissions";
import type { AskedRequest } from "./asked";
import { parseInput } from "./input";

export const IDEMPOTENCY_KEY = "idempotency-key";
export const REPLAYED = "idempotency-replayed";
/** Answers are kept this long. */
const KEPT = "24 hours";
/** Work that gave no sign for this long has crashed, and may be done anew. */
const CRASHED = "60 seconds";
const SIGN_MS = 20_000;
/** A longer answer is not kept: its repeat is told that the request was carried out. */
const LONGEST_KEPT = 1_048_576;

const keySchema = z.object({
  [IDEMPOTENCY_KEY]: z.string().regex(/^[\x20-\x7e]{1,200}$/, "1 to 200 printable ASCII characters"),
});

/** A request that may come twice. */
export interface Repeatable {
  caller: string;
  key: string;
  /** Keyed digest of who may what asks what: bodies hold secrets, which a plain digest would give away to guessing. */
  hash: Buffer;
}

/**
 * What makes a POST repeatable, or null where it names no key.
 * Rights are part of the request: an answer is not given again to a token of the same user that may less.
 * @throws AppError invalid for a key that is too long or not ASCII
 */
export function repeatableOf(request: AskedRequest, actor: Actor | null, body: string): Repeatable | null {
  const given = request.headers.get(IDEMPOTENCY_KEY);
  if (given === null || request.method !== "POST" || !actor?.userId) return null;
  const { [IDEMPOTENCY_KEY]: key } = parseInput(keySchema, { [IDEMPOTENCY_KEY]: given }, "header");
  const { pathname, search } = new URL(request.url);
  // Without its parameters: the boundary of a form with files is another each time.
  const type = request.headers.get("content-type")?.split(";")[0];
  const parts = [actor.role, actor.scopes, request.method, pathname, search, type, body];
  const secret = Buffer.from(hkdfSync("sha256", env().AUTH_SECRET, "", "dozor idempotency", 32));
  return { caller: actor.userId, key, hash: createHmac("sha256", secret).update(JSON.stringify(parts)).digest() };
}

interface StoredAnswer {
  status: number | null;
  /** Null where the answer was not kept. */
  headers: Record<string, string> | null;
  body: string | null;
  same: boolean;
}

/**
 * Does the work unless it was done for this key within 24 hours; then gives the answer of that time.
 * Only success is kept: a refusal changed nothing, and the same request may be tried again.
 * @param secret the answer must not be stored
 * @throws AppError idempotency_under_way, idempotency_key_reused, idempotency_answer_withheld
 */
export async function answerOnce(
  repeatable: Repeatable,
  secret: boolean,
  work: () => Promise<Response>,
): Promise<Response> {
  const claim = randomUUID();
  const before = await claimKey(repeatable, claim);
  if (before) return replay(before);
  const signs = setInterval(() => void giveSign(repeatable, claim), SIGN_MS);
  try {
    const response = await work();
    return await keep({ repeatable, claim, secret }, response);
  } catch (error) {
    await release(repeatable, claim);
    throw error;
  } finally {
    clearInterval(signs);
  }
}

/** Takes the key for this claim, or tells what it holds. */
async function claimKey({ caller, key, hash }: Repeatable, claim: string): Promise<StoredAnswer | null> {
  await pool().query(
    `DELETE FROM idempotency WHERE ctid = ANY (ARRAY(SELECT ctid FROM idempotency
      WHERE created_at < now() - $1::interval ORDER BY created_at LIMIT 100 FOR UPDATE SKIP LOCKED))`,
    [KEPT],
  );
  const { rowCount } = await pool().query(
    `INSERT INTO idempotency AS held (caller, key, request_hash, headers) VALUES ($1, $2, $3, $4)
     ON CONFLICT (caller, key) DO UPDATE
       SET request_hash = excluded.request_hash, headers = excluded.headers, status = NULL, body = NULL, created_at = now()
       WHERE held.created_at < now() - CASE WHEN held.status IS NULL THEN $5 ELSE $6 END::interval`,
    [caller, key, hash, JSON.stringify({ claim }), CRASHED, KEPT],
  );
  if (rowCount === 1) return null;
  const { rows } = await pool().query<StoredAnswer>(
    "SELECT status, headers, body, request_hash = $3 AS same FROM idempotency WHERE caller = $1 AND key = $2",
    [caller, key, hash],
  );
  return rows[0] ?? { status: null, headers: null, body: null, same: true };
}

/** The answer of the first time, or why there is none. */
function replay({ status, headers, body, same }: StoredAnswer): Response {
  if (!same) {
    throw new AppError("idempotency_key_reused", "This Idempotency-Key was used for another request; take a new one.");
  }
  if (status === null) {
    const wait = { retryAfterSeconds: 1 };
    throw new AppError("idempotency_under_way", "The first request with this Idempotency-Key is not done yet.", wait);
  }
  if (headers === null) {
    const text =
      "This request was carried out before; its answer was not kept. Take a new Idempotency-Key for another one.";
    throw new AppError("idempotency_answer_withheld", text);
  }
  return new Response(body, { status, headers: { ...headers, [REPLAYED]: "true" } });
}

const KEPT_HEADERS = ["content-type", "content-length", "content-disposition", "location", "etag"];

interface Claimed {
  repeatable: Repeatable;
  claim: string;
  secret: boolean;
}

async function keep({ repeatable, claim, secret }: Claimed, response: Response): Promise<Response> {
  if (response.status >= 400) {
    await release(repeatable, claim);
    return response;
  }
  // Cookies are secrets, too.
  const withheld = secret || response.headers.has("set-cookie");
  const body = withheld || response.body === null ? null : await response.clone().text();
  const stored = !withheld && (body ?? "").length <= LONGEST_KEPT;
  const headers = Object.fromEntries([...response.headers].filter(([name]) => KEPT_HEADERS.includes(name)));
  await settle(
    "UPDATE idempotency SET status = $4, headers = $5, body = $6 WHERE caller = $1 AND key = $2 AND headers ->> 'claim' = $3",
    [
      repeatable.caller,
      repeatable.key,
      claim,
      response.status,
      stored ? JSON.stringify(headers) : null,
      stored ? body : null,
    ],
  );
  return response;
}

const OWN = "WHERE caller = $1 AND key = $2 AND status IS NULL AND headers ->> 'claim' = $3";

const giveSign = ({ caller, key }: Repeatable, claim: string): Promise<void> =>
  settle(`UPDATE idempotency SET created_at = now() ${OWN}`, [caller, key, claim]);

const release = ({ caller, key }: Repeatable, claim: string): Promise<void> =>
  settle(`DELETE FROM idempotency ${OWN}`, [caller, key, claim]);

/** The work is done or refused whatever becomes of its note; a note that stays unsettled is free again after a minute. */
async function settle(sql: string, parameters: unknown[]): Promise<void> {
  await pool()
    .query(sql, parameters)
    .catch((err: unknown) => log.warn({ source: "http", err }, "the note of an Idempotency-Key could not be changed"));
}
