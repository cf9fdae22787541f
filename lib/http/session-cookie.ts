// The session cookie: next-auth's encrypted token, holding nothing but our session's id and secret.
import { decode, encode } from "next-auth/jwt";
import { env } from "../env";
import { SESSION_LIFETIME } from "../users/sessions";
import { SESSION_COOKIE_NAMES } from "./session-cookie-name";

export interface CookieSession {
  id: string;
  secret: string;
}

export const COOKIE_MAX_AGE_SECONDS = SESSION_LIFETIME.browser.totalMs / 1_000;

export function sessionCookieOptions(secure: boolean) {
  return { httpOnly: true, sameSite: "lax", path: "/", secure } as const;
}

/** `Set-Cookie` values that take the session away from a browser, under either of its names. */
export function noSessionCookies(secure: boolean): string[] {
  return SESSION_COOKIE_NAMES.filter((name) => secure || !name.startsWith("__Host-")).map(
    (name) => `${name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`,
  );
}

export function sealSession(session: CookieSession): Promise<string> {
  return encode({
    token: { sid: session.id, key: session.secret },
    secret: env().AUTH_SECRET,
    maxAge: COOKIE_MAX_AGE_SECONDS,
  });
}

// What a cookie names never changes, and decrypting takes longer than most answers. Whether that session holds is asked
// of the database; the token's own end, 30 days after it began, is the session's as well.
const unsealed = new Map<string, { session: CookieSession; since: number }>();
const UNSEALED_AT_MOST = 1_000;
const UNSEALED_MS = 60_000;

/** The session that a cookie's value names, or null where it is not ours, changed, or (up to a minute ago) too old. */
export async function unsealSession(value: string): Promise<CookieSession | null> {
  const secret = env().AUTH_SECRET;
  const key = `${secret} ${value}`;
  const known = unsealed.get(key);
  if (known && performance.now() - known.since < UNSEALED_MS) return known.session;
  unsealed.delete(key);
  const token = await decode({ token: value, secret }).catch(() => null);
  if (typeof token?.sid !== "string" || typeof token.key !== "string") return null;
  const session = { id: token.sid, secret: token.key };
  for (const [oldest] of unsealed) if (unsealed.size >= UNSEALED_AT_MOST) unsealed.delete(oldest);
  unsealed.set(key, { session, since: performance.now() });
  return session;
}

/** A cookie's value from a `Cookie` header; the first one where it stands twice. */
export function cookieValue(header: string | null, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const separator = part.indexOf("=");
    if (separator > 0 && part.slice(0, separator).trim() === name) return part.slice(separator + 1).trim();
  }
  return null;
}
