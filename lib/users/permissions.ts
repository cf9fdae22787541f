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
  mustChangePassword: boolean;
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
] as const;

export type Permission = (typeof ADMIN)[number];

/** Every role's whole list; what is not in it is denied. */
export const PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  admin: ADMIN,
  operator: OPERATOR,
  viewer: VIEWER,
};

const SYSTEM: Actor = {
  kind: "system",
  userId: null,
  login: "system",
  email: null,
  role: "admin",
  sessionId: null,
  mustChangePassword: false,
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

/** Whether the actor's role holds the permission. Says nothing about a forced password change. */
export function can(actor: Actor, permission: Permission): boolean {
  return PERMISSIONS[actor.role].includes(permission);
}

/**
 * Lets pass whoever is signed in, even before a forced password change: for leaving, and for the change itself.
 * @throws AppError unauthenticated
 */
export function requireActor(actor: Actor | null): asserts actor is Actor {
  if (!actor) throw new AppError("unauthenticated", "Sign in first.");
}

/**
 * Lets pass whoever is signed in and owes no password change.
 * @throws AppError unauthenticated, password_change_required
 */
export function requireSignedIn(actor: Actor | null): asserts actor is Actor {
  requireActor(actor);
  if (actor.mustChangePassword) {
    throw new AppError("password_change_required", "Change your password first; until then nothing else is open.");
  }
}

/**
 * The first line of every verb.
 * @throws AppError unauthenticated, password_change_required, forbidden
 */
export function requirePermission(actor: Actor | null, permission: Permission): asserts actor is Actor {
  requireSignedIn(actor);
  if (!can(actor, permission)) {
    throw new AppError("forbidden", `Your role (${actor.role}) does not allow this; ask an administrator.`);
  }
}
