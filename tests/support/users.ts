// Users and requests for tests that need somebody to act.
import { hash } from "@node-rs/argon2";
import { prisma } from "../../lib/db";
import { sealSession } from "../../lib/http/session-cookie";
import { type Actor, type Role, systemActor } from "../../lib/users/permissions";
import { createSession, type SessionKind } from "../../lib/users/sessions";

export const PASSWORD = "correct horse 7 battery";
let count = 0;

interface UserOptions {
  role?: Role;
  status?: "pending" | "active" | "blocked" | "rejected";
  mustChangePassword?: boolean;
}

/** Stores a user with `PASSWORD` (hashed cheaply) under a login of its own. */
export async function createUser({ role = "admin", status = "active", mustChangePassword = false }: UserOptions = {}) {
  count += 1;
  const login = `${role}-${count}`;
  const passwordHash = await hash(PASSWORD, { algorithm: 2, memoryCost: 1_024, timeCost: 1, parallelism: 1 });
  return prisma().user.create({ data: { login, role, status, mustChangePassword, passwordHash } });
}

/** Who that user is to a verb, without a session. */
export function actorOfUser(user: { id: string; login: string; email: string | null; role: string }): Actor {
  return {
    ...systemActor(),
    kind: "user",
    userId: user.id,
    login: user.login,
    email: user.email,
    role: user.role as Role,
  };
}

/** A user with an open session, and the headers that carry it. */
export async function signedIn(options: UserOptions & { kind?: SessionKind; now?: Date } = {}) {
  const user = await createUser(options);
  const kind = options.kind ?? "browser";
  const opening = { userId: user.id, kind, client: { ip: null, userAgent: null } };
  const session = await createSession(prisma(), opening, options.now ?? new Date());
  const headers: Record<string, string> =
    kind === "bearer"
      ? { authorization: `Bearer ${session.secret}` }
      : { cookie: `dozor.session=${await sealSession(session)}`, host: "localhost:3000" };
  return { user, session, headers };
}
