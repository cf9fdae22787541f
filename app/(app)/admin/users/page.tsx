import type { Metadata } from "next";
import { notFound, redirect } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { Card } from "@/components/ui/card";
import type { UserActions } from "@/components/users/user-actions";
import { UserCards } from "@/components/users/user-cards";
import { listQueryOf, parseUserQuery, type SearchParams, usersHref } from "@/components/users/user-query";
import { NoUsers, UsersPager } from "@/components/users/users-footer";
import { UsersTable } from "@/components/users/users-table";
import { UsersToolbar } from "@/components/users/users-toolbar";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { listUsers, userTag } from "@/lib/users/queries";
import { USERS_PAGE_SIZE } from "@/lib/users/schema";
import {
  approve,
  block,
  createUser,
  editUser,
  endSessions,
  reject,
  removeUser,
  resetPassword,
  resetSecondFactor,
  unblock,
} from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("users") };
}

const ACTIONS: UserActions = {
  ...{ create: createUser, update: editUser, remove: removeUser },
  ...{ approve, reject, block, unblock },
  ...{ resetPassword, resetSecondFactor, endSessions },
};

export default async function UsersPage({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const actor = await requireUser();
  const query = parseUserQuery(await searchParams);
  const { items, total, counts } = await listUsers(actor, listQueryOf(query)).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  // The last user of the last page was deleted, or an old address is asked for.
  if (items.length === 0 && total > 0) redirect(usersHref(query, { page: Math.ceil(total / USERS_PAGE_SIZE) }));
  const users = items.map((user) => ({ ...user, etag: userTag(user) }));
  const shown = { users, viewer: actor.login, actions: ACTIONS, asOf: Date.now() };
  return (
    <>
      <UsersToolbar query={query} counts={counts} actions={ACTIONS} />
      <Card>
        {users.length > 0 ? (
          <>
            <UsersTable {...shown} query={query} />
            <UserCards {...shown} />
            <UsersPager query={query} total={total} pageSize={USERS_PAGE_SIZE} />
          </>
        ) : (
          <NoUsers query={query} />
        )}
      </Card>
    </>
  );
}
