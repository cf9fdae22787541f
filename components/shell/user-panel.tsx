import { LogOut } from "lucide-react";
import Link from "next/link";
import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { Tooltip } from "../ui/tooltip";
import { FOOTER_BUTTON } from "./footer-button";
import { LanguageChoice } from "./language-choice";
import { useSignOut } from "./sign-out";
import { ThemeChoice } from "./theme-choice";
import type { Viewer, ViewerActions } from "./viewer";

interface UserPanelProps {
  viewer: Viewer;
  actions: ViewerActions;
  narrow?: boolean;
  onNavigate?(): void;
}

/** Who is signed in, and what is theirs to choose. */
export function UserPanel({ viewer, actions, narrow, onNavigate }: UserPanelProps) {
  const t = useTranslations();
  const signOut = useSignOut(actions.signOut);
  return (
    <div className="mt-auto border-t p-2">
      <Tooltip content={t("navigation.profile")} side={narrow ? "right" : "top"}>
        <Link
          href="/profile"
          onClick={onNavigate}
          className={cn(
            "flex items-center gap-2.5 rounded-md px-1.5 py-1 transition-colors hover:bg-hover",
            narrow && "justify-center px-0",
          )}
        >
          <span className="sr-only">{t("navigation.profile")}</span>
          <span
            aria-hidden
            className="flex size-[26px] shrink-0 items-center justify-center rounded-md border border-primary-line bg-primary-soft text-2xs font-semibold text-primary-text"
          >
            {viewer.login.slice(0, 2).toUpperCase()}
          </span>
          <span className={cn("min-w-0 flex-1", narrow && "sr-only")}>
            <span className="block truncate text-sm font-medium leading-4">{viewer.login}</span>
            <span className="block truncate text-xs text-muted-foreground">{t(`roles.${viewer.role}`)}</span>
          </span>
        </Link>
      </Tooltip>
      <div
        className={cn("mt-1 flex items-center justify-between", narrow && "flex-col gap-1 [&_[data-label]]:sr-only")}
      >
        <LanguageChoice save={actions.saveLanguage} short />
        <ThemeChoice />
        <Tooltip content={t("shell.signOut")}>
          <button type="button" aria-label={t("shell.signOut")} className={FOOTER_BUTTON} onClick={signOut}>
            <LogOut aria-hidden className="icon-14" />
          </button>
        </Tooltip>
      </div>
    </div>
  );
}
