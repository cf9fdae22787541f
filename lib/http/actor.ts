// Who asks: from a request's headers to an actor, held against the session's row every time.
import { cache } from "react";
import { settings } from "../settings/queries";
import { findApiToken, TOKEN_PREFIX } from "../users/api-tokens";
import type { Actor } from "../users/permissions";
import { extendSession, findSession, type LiveSession } from "../users/sessions";
import { obliges } from "../users/totp-policy";
import type { AskedHeaders } from "./asked";
import { clientOf } from "./client";
import { cookieValue, unsealSession } from "./session-cookie";
import { SESSION_COOKIE_NAMES, sessionCookieName } from "./session-cookie-name";

/**
 * The actor of a request, by `Authorization: Bearer` or else by the session cookie; null where neither holds.
 * Works outside of Next too (WebSocket upgrades).
 * @param remoteAddress the socket's address; by default the header that our server sets
 * @param find looks a session up
 */
export async function actorOf(
  headers: AskedHeaders,
  remoteAddress?: string,
  find: typeof findSession = findSession,
): Promise<Actor | null> {
  const client = clientOf(headers, remoteAddress);
  const secret = bearerToken(headers);
  if (secret?.startsWith(TOKEN_PREFIX)) {
    const token = await findApiToken(secret, client.ip, new Date());
    return token && actorFrom(token.user, { sessionId: null, tokenId: token.id, scopes: token.scopes }, client);
  }
  const session = await sessionOf(headers, client.secure, find);
  if (session && showsSomebody(headers)) await extendSession(session.id, new Date());
  return session && actorFrom(session.user, { sessionId: session.id, tokenId: null, scopes: null }, client);
}

/**
 * Whether a person must be behind the request: it loads a whole page or runs an action. Pages also ask by themselves, for
 * data and for their own refreshed content, which looks like moving between pages: none of that extends a session. Pages
 * say by `POST /api/auth/extend` that somebody moves, types or points.
 */
function showsSomebody(headers: AskedHeaders): boolean {
  const loadsPage = headers.get("accept")?.includes("text/html") && !headers.has("sec-purpose");
  return loadsPage || headers.has("next-action");
}

/** The session that a request carries, with its end; null where it carries none that holds. */
async function sessionOf(
  headers: AskedHeaders,
  secure: boolean,
  find: typeof findSession,
): Promise<LiveSession | null> {
  const now = new Date();
  const token = bearerToken(headers);
  if (token !== null) return find("bearer", token, now);
  const sealed = cookieValue(headers.get("cookie"), sessionCookieName(secure));
  const named = sealed ? await unsealSession(sealed) : null;
  const session = named && (await find("browser", named.secret, now));
  return session?.id === named?.id ? session : null;
}

/** The token of an `Authorization: Bearer` header; null for other schemes, which belong to proxies before us. */
export function bearerToken(headers: AskedHeaders): string | null {
  return /^Bearer\s+(\S*)/i.exec(headers.get("authorization") ?? "")?.[1] ?? null;
}

async function actorFrom(
  user: LiveSession["user"],
  by: Pick<Actor, "sessionId" | "tokenId" | "scopes">,
  client: { ip: string | null; userAgent: string | null },
): Promise<Actor> {
  return {
    kind: "user",
    userId: user.id,
    login: user.login,
    email: user.email,
    role: user.role,
    ...by,
    mustChangePassword: user.mustChangePassword,
    mustEnrolTotp: !user.totpEnabled && obliges((await settings()).totp_required, user.role),
    ip: client.ip,
    userAgent: client.userAgent,
    language: user.language,
    theme: user.theme,
    timeZone: user.timeZone,
  };
}

/** Where what a user owes first takes place; the only page open before it. */
const PASSWORD_PAGE = "/password";
const SECOND_FACTOR_PAGE = "/second-factor";
/** Set by the middleware: path and query of the page that is asked for. */
export const PATH_HEADER = "x-dozor-path";

/** The actor of the page or action that runs; asked once per request. */
export const currentActor: () => Promise<Actor | null> = cache(async () => {
  const { headers } = await import("next/headers");
  return actorOf(await headers());
});

/**
 * The actor whom a session cookie names. Pages for strangers ask this: who sends a bearer token and no cookie would go in a
 * circle between them and the pages behind a session.
 */
export async function browserActor(): Promise<Actor | null> {
  const { headers } = await import("next/headers");
  const cookies = (await headers()).get("cookie");
  return SESSION_COOKIE_NAMES.some((name) => cookieValue(cookies, name) !== null) ? currentActor() : null;
}

/**
 * The actor of a page behind a session; sends everyone else to `/login`, to `/password` whoever must change theirs, and to
 * `/second-factor` whoever must set one up.
 */
export async function requireUser(): Promise<Actor> {
  const [{ headers }, { redirect }] = await Promise.all([import("next/headers"), import("next/navigation")]);
  const path = (await headers()).get(PATH_HEADER) ?? "/";
  const actor = await currentActor();
  if (!actor) return redirect(path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`);
  const owed = owedPage(actor);
  if (owed !== null && path.split("?")[0] !== owed) return redirect(owed);
  return actor;
}

/** The only page that is open to whoever owes a password change or a second factor, in that order; null for all others. */
export function owedPage({ mustChangePassword, mustEnrolTotp }: Actor): string | null {
  if (mustChangePassword) return PASSWORD_PAGE;
  return mustEnrolTotp ? SECOND_FACTOR_PAGE : null;
}
