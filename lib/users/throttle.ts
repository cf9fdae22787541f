import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { pool } from "../db";
import { AppError } from "../errors";

/** How many attempts within a window that begins with the first one; counted in the database, so for all instances together. */
export interface Limit {
  key: string;
  attempts: number;
  /** Length of the window, at most an hour; 60 by default. */
  windowSeconds?: number;
}

/** Key by account: hashed, since people type passwords into the wrong field. */
export function accountKey(purpose: string, login: string): string {
  return `${purpose}:account:${createHash("sha256").update(login.toLowerCase()).digest("base64url")}`;
}

/** Key by address; an IPv6 network of 64 bits is one address, since one machine has them all. */
export function addressKey(purpose: string, address: string): string {
  return networkKey(purpose, address, 64);
}

/** @param bits of an IPv6 address, in steps of 16 */
function networkKey(purpose: string, address: string, bits: number): string {
  if (!isIPv6(address)) return `${purpose}:address:${address}`;
  const [head = "", tail = ""] = address.split("::");
  const left = head.split(":").filter(Boolean);
  const right = tail.split(":").filter(Boolean);
  const zeros = address.includes("::") ? Array(Math.max(0, 8 - left.length - right.length)).fill("0") : [];
  const words = [...left, ...zeros, ...right].slice(0, bits / 16);
  return `${purpose}:address:${words.join(":")}::/${bits}`;
}

/** How many networks of 64 bits in one of 48 are believed to be different people. */
const NETWORKS = 10;

/**
 * The limits of whoever asks from an address. Providers give a customer up to 65,536 IPv6 networks of 64 bits: those of 48
 * have ten times the attempts of one, and no more.
 */
export function addressLimits(purpose: string, address: string, limit: Omit<Limit, "key">): Limit[] {
  const own = { ...limit, key: addressKey(purpose, address) };
  if (!isIPv6(address)) return [own];
  return [own, { ...limit, attempts: limit.attempts * NETWORKS, key: networkKey(purpose, address, 48) }];
}

/**
 * Counts an attempt against each limit, in order, before it is known how it ends, so that attempts at the same time cannot slip through.
 * @throws AppError too_many_requests with the seconds to wait, at the first limit that is used up
 */
export async function takeAttempt(limits: readonly Limit[], now: Date): Promise<void> {
  for (const limit of limits) {
    const waitSeconds = await count(limit, now);
    if (waitSeconds > 0) {
      throw new AppError("too_many_requests", `Too many attempts; try again in ${waitSeconds} s.`, {
        retryAfterSeconds: waitSeconds,
      });
    }
  }
}

/** @returns 0, or the seconds until the window ends */
async function count({ key, attempts, windowSeconds = 60 }: Limit, now: Date): Promise<number> {
  const { rows } = await pool().query<{ count: number; window_start: Date }>(
    `INSERT INTO throttle AS t (key, window_start, count) VALUES ($1, $2, 1)
     ON CONFLICT (key) DO UPDATE SET
       count = CASE WHEN t.window_start <= $2::timestamptz - $3 * interval '1 second' THEN 1 ELSE LEAST(t.count + 1, $4) END,
       window_start = CASE WHEN t.window_start <= $2::timestamptz - $3 * interval '1 second' THEN $2 ELSE t.window_start END
     RETURNING count, window_start`,
    [key, now, windowSeconds, attempts + 1],
  );
  const row = rows[0];
  if (!row || row.count <= attempts) {
    if (row?.count === 1) await forgetOld(now);
    return 0;
  }
  const endsIn = row.window_start.getTime() + windowSeconds * 1_000 - now.getTime();
  // Another instance's clock may be ahead: nobody waits longer than the window.
  return Math.min(windowSeconds, Math.max(1, Math.ceil(endsIn / 1_000)));
}

/** Only attempts that fail are meant to count: one that succeeded gives its place back. */
export async function giveBackAttempt(limits: readonly Limit[]): Promise<void> {
  await pool().query("UPDATE throttle SET count = GREATEST(count - 1, 0) WHERE key = ANY ($1)", [
    limits.map((limit) => limit.key),
  ]);
}

async function forgetOld(now: Date): Promise<void> {
  await pool().query("DELETE FROM throttle WHERE window_start < $1::timestamptz - interval '2 hours'", [now]);
}
