// The list of users as a file, which leaves its own trace in the audit log: it holds everybody's address.
import { appendAudit } from "../audit/append";
import { prisma } from "../db";
import { type Actor, requirePermission } from "./permissions";
import { listUsers } from "./queries";
import type { User, UserListQuery } from "./schema";

/** More users than any installation has. */
const ALL = 100_000;

/** Takes the users of a filter along: all of them, or `limit` of them where that is given. @throws AppError unauthenticated, forbidden */
export async function exportUsers(actor: Actor | null, query: UserListQuery): Promise<User[]> {
  requirePermission(actor, "users:manage");
  const { items } = await listUsers(actor, { ...query, limit: query.limit ?? ALL });
  const { status, role, search } = query;
  const filter = { ...(status && { status }), ...(role && { role }), ...(search && { search }) };
  const target = { kind: "users", id: "users", name: "Users" };
  const details = { entries: items.length, filter };
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, { eventType: "export", target, details }),
  );
  return items;
}
