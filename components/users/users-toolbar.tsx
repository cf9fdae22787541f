import { Download } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber } from "@/lib/format";
import { ROLES } from "@/lib/users/permissions";
import { USER_STATUSES, type UserList } from "@/lib/users/schema";
import { SearchBox } from "../servers/search-box";
import { Button } from "../ui/button";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { CreateUser } from "./create-user";
import type { UserActions } from "./user-actions";
import { USER_LOOKS } from "./user-badges";
import { type UserQuery, usersFile, usersHref } from "./user-query";

interface UsersToolbarProps {
  query: UserQuery;
  counts: UserList["counts"];
  actions: UserActions;
}

/** Search, filters by status and role, the file, and the way to another user. */
export function UsersToolbar({ query, counts, actions }: UsersToolbarProps) {
  const t = useTranslations();
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="max-md:flex max-md:w-full">
        <SearchBox search={query.search} label={t("users.search")} />
      </div>
      <StatusFilter query={query} counts={counts} />
      <div className="min-w-0 max-w-full overflow-x-auto max-md:order-last max-md:w-full">
        <Segmented aria-label={t("users.columns.role")}>
          {[null, ...ROLES].map((role) => (
            <SegmentedItem asChild key={role ?? "all"} active={query.role === role}>
              <Link href={usersHref(query, { role })} scroll={false} prefetch={false}>
                {role ? t(`roles.${role}`) : t("users.allRoles")}
              </Link>
            </SegmentedItem>
          ))}
        </Segmented>
      </div>
      <div className="flex gap-2 md:ml-auto">
        <Button asChild>
          <a href={usersFile(query)} download>
            <Download aria-hidden />
            {t("users.file")}
          </a>
        </Button>
        <CreateUser create={actions.create} />
      </div>
    </div>
  );
}

function StatusFilter({ query, counts }: Pick<UsersToolbarProps, "query" | "counts">) {
  const t = useTranslations("users");
  const locale = useLocale();
  const shown = USER_STATUSES.filter((status) => counts[status] > 0 || query.status === status);
  const count = (value: number) => (
    <span className="font-normal text-muted-foreground">{formatNumber(value, locale, 0)}</span>
  );
  return (
    <div className="min-w-0 max-w-full overflow-x-auto max-md:order-last max-md:w-full">
      <Segmented aria-label={t("columns.status")}>
        <SegmentedItem asChild active={query.status === null}>
          <Link href={usersHref(query, { status: null })} scroll={false} prefetch={false}>
            {t("all")} {count(Object.values(counts).reduce((sum, one) => sum + one, 0))}
          </Link>
        </SegmentedItem>
        {shown.map((status) => {
          const { icon: Icon } = USER_LOOKS[status];
          return (
            <SegmentedItem asChild key={status} active={query.status === status}>
              <Link href={usersHref(query, { status })} scroll={false} prefetch={false}>
                <Icon aria-hidden className="icon-12" />
                {t(`status.${status}`)} {count(counts[status])}
              </Link>
            </SegmentedItem>
          );
        })}
      </Segmented>
    </div>
  );
}
