"use client";
import { ChevronDown, RefreshCw } from "lucide-react";
import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import { useEffect } from "react";
import { formatAge } from "@/lib/format";
import { REFRESH_SECONDS } from "./refresh";
import { Button } from "./ui/button";
import {
  DropdownMenu,
  DropdownMenuContent,
  DropdownMenuLabel,
  DropdownMenuRadioGroup,
  DropdownMenuRadioItem,
  DropdownMenuTrigger,
} from "./ui/dropdown-menu";

/** A refresh that fails makes Next load the whole page, and what is shown would give way to the browser's own error. */
function isReachable(): Promise<boolean> {
  return fetch("/healthz", { cache: "no-store" }).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Asks the server for the page anew every so often, while somebody can see it and the server is there. */
export function useRefresh(seconds: number): void {
  const router = useRouter();
  useEffect(() => {
    let due = false;
    const refresh = () => {
      due = document.hidden;
      if (!due) void isReachable().then((yes) => yes && router.refresh());
    };
    const onVisible = () => {
      if (due) refresh();
    };
    const timer = setInterval(refresh, seconds * 1_000);
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [router, seconds]);
}

/** Refreshes the page without a control. */
export function AutoRefresh({ seconds }: { seconds: number }) {
  useRefresh(seconds);
  return null;
}

interface RefreshChoiceProps {
  seconds: number;
  save(seconds: number): Promise<void>;
}

/** How often the page refreshes, chosen by its viewer and remembered. */
export function RefreshChoice({ seconds, save }: RefreshChoiceProps) {
  const t = useTranslations("servers");
  const locale = useLocale();
  useRefresh(seconds);
  return (
    <DropdownMenu>
      <DropdownMenuTrigger asChild>
        <Button aria-label={`${t("refresh")}: ${formatAge(seconds, locale)}`}>
          <RefreshCw aria-hidden />
          {formatAge(seconds, locale)}
          <ChevronDown aria-hidden />
        </Button>
      </DropdownMenuTrigger>
      <DropdownMenuContent align="end">
        <DropdownMenuLabel>{t("refresh")}</DropdownMenuLabel>
        <DropdownMenuRadioGroup value={String(seconds)} onValueChange={(value) => void save(Number(value))}>
          {REFRESH_SECONDS.map((choice) => (
            <DropdownMenuRadioItem key={choice} value={String(choice)}>
              {formatAge(choice, locale)}
            </DropdownMenuRadioItem>
          ))}
        </DropdownMenuRadioGroup>
      </DropdownMenuContent>
    </DropdownMenu>
  );
}
