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

/** The session that a cookie's value names, or null where it is not ours, changed, or too old. */
export async function unsealSession(value: string): Promise<CookieSession | null> {
  const token = await decode({ token: value, secret: env().AUTH_SECRET }).catch(() => null);
  return typeof token?.sid === "string" && typeof token.key === "string" ? { id: token.sid, secret: token.key } : null;
}

/** A cookie's value from a `Cookie` header; the first one where it stands twice. */
export function cookieValue(header: string | null, name: string): string | null {
  for (const part of header?.split(";") ?? []) {
    const separator = part.indexOf("=");
    if (separator > 0 && part.slice(0, separator).trim() === name) return part.slice(separator + 1).trim();
  }
  return null;
}
