"use client";
import {
  Ban,
  Check,
  Ellipsis,
  KeyRound,
  LockOpen,
  LogOut,
  type LucideIcon,
  Pencil,
  ShieldOff,
  Trash2,
  X,
} from "lucide-react";
import dynamic from "next/dynamic";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { DropdownMenu, DropdownMenuContent, DropdownMenuItem, DropdownMenuTrigger } from "../ui/dropdown-menu";
import type { UserActions, UserRow } from "./user-actions";
import { type UserVerb, verbsOf } from "./user-verbs";

// Only whoever opens one loads it.
const UserDialog = dynamic(() => import("./user-dialog").then((module) => module.UserDialog), { ssr: false });

const ICONS: Record<UserVerb, LucideIcon> = {
  approve: Check,
  reject: X,
  edit: Pencil,
  resetPassword: KeyRound,
  resetSecondFactor: ShieldOff,
  endSessions: LogOut,
  block: Ban,
  unblock: LockOpen,
  remove: Trash2,
};

interface UserMenuProps {
  user: UserRow;
  /** The viewer's own row. */
  own: boolean;
  actions: UserActions;
}

/** What can be done with a user, each in a dialog of its own. */
export function UserMenu({ user, own, actions }: UserMenuProps) {
  const t = useTranslations("users");
  const [verb, setVerb] = useState<UserVerb | null>(null);
  const trigger = useRef<HTMLButtonElement>(null);
  return (
    <>
      <DropdownMenu>
        <DropdownMenuTrigger asChild>
          <Button ref={trigger} variant="ghost" size="icon-sm" aria-label={t("menu", { login: user.login })}>
            <Ellipsis aria-hidden />
          </Button>
        </DropdownMenuTrigger>
        <DropdownMenuContent align="end">
          {verbsOf(user, own).map((item) => {
            const Icon = ICONS[item];
            return (
              <DropdownMenuItem
                key={item}
                onSelect={() => setVerb(item)}
                className={item === "remove" ? "text-crit-text" : undefined}
              >
                <Icon aria-hidden />
                {t(`verbs.${item}.open`)}
              </DropdownMenuItem>
            );
          })}
        </DropdownMenuContent>
      </DropdownMenu>
      {verb && (
        <UserDialog
          verb={verb}
          user={user}
          own={own}
          actions={actions}
          onClose={() => setVerb(null)}
          returnTo={trigger}
        />
      )}
    </>
  );
}
