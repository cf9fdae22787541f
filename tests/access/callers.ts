// Everybody who may come to a door: with which headers they ask, and what they may by the one table of permissions.
import { prisma } from "../../lib/db";
import type { Allow } from "../../lib/http/endpoint";
import { can, type Role, requireSignedIn, systemActor } from "../../lib/users/permissions";
import { hashOf, revokeSession } from "../../lib/users/sessions";
import { signedIn } from "../support/users";

export const CALLERS = ["nobody", "viewer", "operator", "admin", "blocked", "revoked", "token"] as const;
export type CallerName = (typeof CALLERS)[number];

export interface Caller {
  name: CallerName;
  headers: Record<string, string>;
  /** Empty for nobody. */
  login: string;
}

const ROLE: Partial<Record<CallerName, Role>> = { viewer: "viewer", operator: "operator" };
let tokens = 0;

/**
 * A new one of that kind; those with a session come as a browser does, with a cookie and from our own page.
 * @param host under which they know us
 */
export async function callerOf(name: CallerName, host = "localhost:3000"): Promise<Caller> {
  if (name === "nobody") return { name, headers: { host }, login: "" };
  const { user, session, headers } = await signedIn({ role: ROLE[name] ?? "admin" });
  const caller = { name, headers: { ...headers, origin: `http://${host}`, host }, login: user.login };
  if (name === "blocked") await prisma().user.update({ where: { id: user.id }, data: { status: "blocked" } });
  if (name === "revoked") await revokeSession(prisma(), session.id, new Date());
  return name === "token" ? { ...caller, headers: { authorization: `Bearer ${await readingToken(user.id)}` } } : caller;
}

/** A personal API token of an administrator that may only read. */
async function readingToken(userId: string): Promise<string> {
  const secret = `dzr_test-token-of-a-reader-${++tokens}`;
  await prisma().apiToken.create({
    data: { userId, name: "reader", prefix: "dzr_test", tokenHash: new Uint8Array(hashOf(secret)), scopes: ["read"] },
  });
  return secret;
}

/** The refusal that a caller must meet at the door, or null where the door is open. */
export function refusalAt(allow: Allow, name: CallerName): 401 | 403 | null {
  if (allow === "public") return null;
  if (name === "nobody" || name === "blocked" || name === "revoked") return 401;
  const actor = {
    ...systemActor(),
    role: ROLE[name] ?? "admin",
    ...(name === "token" && { tokenId: "one", scopes: ["read" as const] }),
  };
  if (allow === "session") return null;
  requireSignedIn(actor);
  return allow === "signed_in" || can(actor, allow) ? null : 403;
}
