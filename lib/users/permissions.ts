// Who may do what: one table for pages, API, live topics and verbs.
import { AppError } from "../errors";

export const ROLES = ["admin", "operator", "viewer"] as const;
export type Role = (typeof ROLES)[number];

/** Who acts. `system` is Dozor itself: its collector, its maintenance, its command line. */
export interface Actor {
  kind: "user" | "system";
  userId: string | null;
  login: string;
  email: string | null;
  role: Role;
  sessionId: string | null;
  /** The personal API token that speaks for the user; null for a session. */
  tokenId: string | null;
  /** What the token is limited to; null for everything the role may. */
  scopes: readonly Scope[] | null;
  mustChangePassword: boolean;
  /** Whether the settings ask this user for a second factor that is not there yet. */
  mustEnrolTotp: boolean;
  ip: string | null;
  userAgent: string | null;
  language: string | null;
  theme: string | null;
  timeZone: string | null;
}

const VIEWER = [
  "servers:read",
  "metrics:read",
  "streams:read",
  "activity:read",
  "alerts:read",
  "config:read",
  "profile:write",
] as const;
const OPERATOR = [
  ...VIEWER,
  "servers:write",
  "sessions:end",
  "queries:read",
  "analysis:write",
  "streams:write",
  "alerts:acknowledge",
  "alerts:write",
  "ssh_keys:use",
  "ssh_keys:read",
  "ssh_keys:create",
] as const;
const ADMIN = [
  ...OPERATOR,
  "ssh_keys:manage",
  "users:manage",
  "audit:read",
  "logs:read",
  "settings:read",
  "settings:write",
  "collector:read",
] as const;

export type Permission = (typeof ADMIN)[number];

/** Every role's whole list; what is not in it is denied. */
export const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: ADMIN,
  operator: OPERATOR,
  viewer: VIEWER,
};

export const SCOPES = ["read", "servers:write", "streams:write", "alerts:write", "metrics:read", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Whose account it is decides its owner in person: no token changes a password, a second factor, or makes tokens. */
const IN_PERSON: Permission = "profile:write";

/** What a token that may change servers may do to them besides. */
const OF_SERVERS: ReadonlySet<Permission> = new Set(["sessions:end", "analysis:write"]);

/** Whether a scope covers a permission; the role has to hold it as well. */
function grants(scope: Scope, permission: Permission): boolean {
  if (permission === IN_PERSON) return false;
  if (scope === "admin") return true;
  if (scope === "read") return permission.endsWith(":read");
  return permission === scope || (scope === "servers:write" && OF_SERVERS.has(permission));
}

const SYSTEM: Actor = {
  kind: "system",
  userId: null,
  login: "system",
  email: null,
  role: "admin",
  sessionId: null,
  tokenId: null,
  scopes: null,
  mustChangePassword: false,
  mustEnrolTotp: false,
  ip: null,
  userAgent: null,
  language: null,
  theme: null,
  timeZone: null,
};

/** The actor of work that nobody asked for: collection, maintenance, the first start. */
export function systemActor(): Actor {
  return SYSTEM;
}

/** The scopes of a token that cover a permission. */
export function scopesFor(permission: Permission): Scope[] {
  return SCOPES.filter((scope) => grants(scope, permission));
}

/** Whether the actor's role holds the permission, and the scopes of a token cover it. Says nothing about what the user owes first. */
export function can(actor: Actor, permission: Permission): boolean {
  const covered = actor.scopes === null || actor.scopes.some((scope) => grants(scope, permission));
  return covered && PERMISSIONS[actor.role].includes(permission);
}

/**
 * Lets pass whoever is signed in, even one who owes a password change or a second factor: for leaving, and for the own name.
 * @throws AppError unauthenticated
 */
export function requireActor(actor: Actor | null): asserts actor is Actor {
  if (!actor) throw new AppError("unauthenticated", "Sign in first.");
}

/** A person in a session of their own: no token, and not Dozor itself. */
export interface Person extends Actor {
  userId: string;
}

/**
 * Lets pass people who change what is theirs alone, even before a forced password change or second factor.
 * @throws AppError unauthenticated, forbidden for a token and for Dozor itself
 */
export function requirePerson(actor: Actor | null): asserts actor is Person {
  requireActor(actor);
  if (actor.tokenId !== null) {
    throw new AppError("forbidden", "An API token does not open this; sign in with your password.");
  }
  if (actor.userId === null) throw new AppError("forbidden", "Only people have a profile.");
}

/**
 * Lets pass whoever is signed in and owes neither a password change nor a second factor.
 * @throws AppError unauthenticated, password_change_required, totp_enrolment_required
 */
export function requireSignedIn(actor: Actor | null): asserts actor is Actor {
  requireActor(actor);
  if (actor.mustChangePassword) {
    throw new AppError("password_change_required", "Change your password first; until then nothing else is open.");
  }
  if (actor.mustEnrolTotp) {
    throw new AppError("totp_enrolment_required", "Set up your second factor first; until then nothing else is open.");
  }
}

/**
 * The first line of every verb.
 * @throws AppError unauthenticated, password_change_required, totp_enrolment_required, forbidden
 */
export function requirePermission(actor: Actor | null, permission: Permission): asserts actor is Actor {
  requireSignedIn(actor);
  if (can(actor, permission)) return;
  const held = actor.scopes !== null && PERMISSIONS[actor.role].includes(permission);
  throw new AppError(
    "forbidden",
    held
      ? "The scopes of this API token do not cover this; make a token with a wider scope."
      : `Your role (${actor.role}) does not allow this; ask an administrator.`,
  );
}
