import { useLocale, useTranslations } from "next-intl";
import { formatNumber, NO_VALUE } from "@/lib/format";
import type { UserSort } from "@/lib/users/schema";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { SortableHeader } from "../sortable-header";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import type { UserActions, UserRow } from "./user-actions";
import { SecondFactor, UserStatusBadge } from "./user-badges";
import { UserMenu } from "./user-menu";
import { type UserQuery, usersHref } from "./user-query";

export interface UsersShown {
  users: readonly UserRow[];
  /** The viewer's own login. */
  viewer: string;
  actions: UserActions;
  asOf: number;
}

export function UsersTable({ users, query, ...rest }: UsersShown & { query: UserQuery }) {
  const t = useTranslations("users");
  return (
    <div className="max-md:hidden">
      <Table aria-label={t("title")}>
        <TableHead>
          <tr>
            <SortHeader query={query} sort="login" />
            <SortHeader query={query} sort="email" />
            <SortHeader query={query} sort="role" className="w-28" />
            <SortHeader query={query} sort="status" className="w-36" />
            <SortHeader query={query} sort="second_factor" className="w-32 max-lg:hidden" />
            <TableHeader className="w-20 text-right">{t("columns.sessions")}</TableHeader>
            <SortHeader query={query} sort="last_login" className="w-32 text-right" />
            <SortHeader query={query} sort="created_at" className="w-32 text-right max-xl:hidden" />
            <TableHeader className="w-10">
              <span className="sr-only">{t("columns.menu")}</span>
            </TableHeader>
          </tr>
        </TableHead>
        <tbody>
          {users.map((user) => (
            <Row key={user.id} user={user} {...rest} />
          ))}
        </tbody>
      </Table>
    </div>
  );
}

function Row({ user, viewer, actions, asOf }: Omit<UsersShown, "users"> & { user: UserRow }) {
  const t = useTranslations();
  const locale = useLocale();
  const muted = user.status !== "active" && user.status !== "pending";
  return (
    <TableRow className="h-[38px] transition-colors hover:bg-hover">
      <TableCell className={cn("font-medium normal-nums", muted && "text-muted-foreground")}>
        {user.login}
        {user.login === viewer && <span className="ml-1.5 text-xs text-muted-foreground">{t("users.you")}</span>}
      </TableCell>
      <TableCell className="max-w-64 truncate text-foreground-2">{user.email ?? NO_VALUE}</TableCell>
      <TableCell>{t(`roles.${user.role}`)}</TableCell>
      <TableCell>
        <UserStatusBadge user={user} />
      </TableCell>
      <TableCell className="max-lg:hidden">
        <SecondFactor on={user.second_factor} />
      </TableCell>
      <TableCell className="text-right">{formatNumber(user.sessions, locale, 0)}</TableCell>
      <TableCell className="text-right text-muted-foreground">
        {user.last_login ? <Age since={user.last_login} asOf={asOf} ago /> : t("users.never")}
      </TableCell>
      <TableCell className="text-right text-muted-foreground max-xl:hidden">
        <Age since={user.created_at} asOf={asOf} ago />
      </TableCell>
      <TableCell className="text-right">
        <UserMenu user={user} own={user.login === viewer} actions={actions} />
      </TableCell>
    </TableRow>
  );
}

interface SortHeaderProps {
  sort: UserSort;
  query: UserQuery;
  className?: string;
}

function SortHeader({ sort, query, className }: SortHeaderProps) {
  const t = useTranslations("users.columns");
  const descending = query.sort === `-${sort}`;
  const sorted = descending || query.sort === sort;
  const href = usersHref(query, { sort: sorted && !descending ? `-${sort}` : sort });
  const order = { href, sorted, descending, arrow: descending ? "down" : "up" } as const;
  return (
    <SortableHeader {...order} className={className}>
      {t(sort)}
    </SortableHeader>
  );
}
