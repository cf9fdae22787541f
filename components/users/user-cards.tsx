import { useTranslations } from "next-intl";
import { Age } from "../age";
import { SecondFactor, UserStatusBadge } from "./user-badges";
import { UserMenu } from "./user-menu";
import type { UsersShown } from "./users-table";

/** The users on a phone: a card each instead of a wide table. */
export function UserCards({ users, viewer, actions, asOf }: UsersShown) {
  const t = useTranslations();
  return (
    <ul className="md:hidden">
      {users.map((user) => (
        <li key={user.id} className="flex items-center gap-2 border-b px-3 py-2 last:border-b-0">
          <div className="grid min-w-0 flex-1 gap-1">
            <span className="flex items-center justify-between gap-2">
              <span className="truncate font-medium normal-nums">
                {user.login}
                {user.login === viewer && (
                  <span className="ml-1.5 text-xs text-muted-foreground">{t("users.you")}</span>
                )}
              </span>
              <UserStatusBadge user={user} />
            </span>
            {user.email && <span className="truncate text-xs text-foreground-2">{user.email}</span>}
            <span className="flex flex-wrap items-center gap-x-3 text-xs text-muted-foreground">
              <span>{t(`roles.${user.role}`)}</span>
              <span>{t("users.sessionCount", { count: user.sessions })}</span>
              {user.second_factor && <SecondFactor on />}
              {user.last_login ? <Age since={user.last_login} asOf={asOf} ago /> : <span>{t("users.neverIn")}</span>}
            </span>
          </div>
          <UserMenu user={user} own={user.login === viewer} actions={actions} />
        </li>
      ))}
    </ul>
  );
}
