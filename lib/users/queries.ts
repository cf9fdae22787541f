// Users as administrators see them.
import { likePattern, prisma, type Transaction } from "../db";
import { AppError } from "../errors";
import { etagOf } from "../etag";
import { type Actor, type Role, requirePermission } from "./permissions";
import {
  USERS_PAGE_SIZE,
  type User,
  type UserList,
  type UserListQuery,
  type UserSort,
  type UserStatus,
} from "./schema";

interface UserRow {
  id: string;
  login: string;
  email: string | null;
  role: Role;
  status: UserStatus;
  must_change_password: boolean;
  created_at: Date;
  last_login_at: Date | null;
  decided_at: Date | null;
  decided_by: string | null;
  rejection_reason: string | null;
  second_factor: boolean;
  sessions: number;
}

const COLUMNS = `u.id, u.login, u.email, u.role, u.status, u.must_change_password, u.created_at, u.last_login_at, u.decided_at,
  u.decided_by, u.rejection_reason, u.totp_confirmed_at IS NOT NULL AS second_factor,
  (SELECT count(*)::int FROM sessions s WHERE s.user_id = u.id AND s.revoked_at IS NULL AND s.expires_at > now()) AS sessions`;

/** Ends before `DESC` and `NULLS LAST`. */
const ORDER: Record<UserSort, string> = {
  login: "lower(u.login)",
  email: "lower(u.email)",
  role: "array_position(ARRAY['admin', 'operator', 'viewer'], u.role)",
  status: "array_position(ARRAY['pending', 'active', 'blocked', 'rejected'], u.status)",
  second_factor: "u.totp_confirmed_at IS NOT NULL",
  last_login: "u.last_login_at",
  created_at: "u.created_at",
};

const FILTER = `($1::text IS NULL OR u.role = $1)
  AND ($2::text IS NULL OR u.login ILIKE $2 OR u.email ILIKE $2)`;

/**
 * One page of users, and how many there are.
 * @throws AppError unauthenticated, forbidden
 */
export async function listUsers(actor: Actor | null, query: UserListQuery): Promise<UserList> {
  requirePermission(actor, "users:manage");
  const { status = null, role = null, search, sort, limit = USERS_PAGE_SIZE, offset } = query;
  const filter = [role, search ? likePattern(search) : null];
  const column = ORDER[sort.replace(/^-/, "") as UserSort];
  const [rows, grouped] = await Promise.all([
    prisma().$queryRawUnsafe<UserRow[]>(
      `SELECT ${COLUMNS} FROM users u WHERE ${FILTER} AND ($3::text IS NULL OR u.status = $3)
       ORDER BY ${column} ${sort.startsWith("-") ? "DESC" : "ASC"} NULLS LAST, lower(u.login) LIMIT $4 OFFSET $5`,
      ...[...filter, status, limit, offset],
    ),
    prisma().$queryRawUnsafe<{ status: UserStatus; count: number }[]>(
      `SELECT u.status, count(*)::int AS count FROM users u WHERE ${FILTER} GROUP BY u.status`,
      ...filter,
    ),
  ]);
  const counts = { pending: 0, active: 0, blocked: 0, rejected: 0 };
  for (const { status: counted, count } of grouped) counts[counted] = count;
  const total = status ? counts[status] : Object.values(counts).reduce((sum, count) => sum + count, 0);
  return { items: rows.map(userOf), total, limit, offset, counts };
}

/**
 * One user.
 * @throws AppError unauthenticated, forbidden, not_found
 */
export async function readUser(actor: Actor | null, login: string): Promise<User> {
  requirePermission(actor, "users:manage");
  return findUser(prisma(), login);
}

/** How many wait for approval. @throws AppError unauthenticated, forbidden */
export async function pendingUsers(actor: Actor): Promise<number> {
  requirePermission(actor, "users:manage");
  return prisma().user.count({ where: { status: "pending" } });
}

/**
 * A user as the transaction sees it; with `lock` nobody else changes the row until its end.
 * @throws AppError not_found
 */
export async function findUser(transaction: Transaction, login: string, { lock = false } = {}): Promise<User> {
  const [row] = await transaction.$queryRawUnsafe<UserRow[]>(
    `SELECT ${COLUMNS} FROM users u WHERE u.login = $1 ${lock ? "FOR UPDATE OF u" : ""}`,
    login,
  );
  if (!row) throw new AppError("not_found", "There is no user with this login.");
  return userOf(row);
}

function userOf(row: UserRow): User {
  const { login, status, created_at, last_login_at, decided_at, ...rest } = row;
  return {
    ...rest,
    login,
    username: login,
    status,
    is_active: status === "active",
    created_at: created_at.toISOString(),
    last_login: last_login_at?.toISOString() ?? null,
    decided_at: decided_at?.toISOString() ?? null,
  };
}

/** What of a user an edit overwrites; a sign-in meanwhile is no change of it. */
export const editableOf = ({ id, login, email, role, status }: User) => ({ id, login, email, role, status });

/** The entity tag under which a user is edited. */
export const userTag = (user: User): string => etagOf(editableOf(user));
