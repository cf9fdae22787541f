"use client";
import { Search, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import type { Severity } from "@/lib/activity/schema";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { type ActivityQuery, activityHref, isFiltered } from "./address";
import { PausedField } from "./paused-field";
import { TypeFilter } from "./type-filter";

/** Long enough that a word is typed at once. */
const PAUSE_MS = 250;
const SEVERITIES: readonly (Severity | null)[] = [null, "info", "warning", "error"];
/** A date in use may take several key presses. */
const DATE_PAUSE_MS = 600;

/** What of the feed is shown; every choice is part of the address. */
export function ActivityFilters({ query }: { query: ActivityQuery }) {
  const t = useTranslations("activity");
  const router = useRouter();
  const timeZone = useTimeZone();
  // Two choices in a row: the second one stands on the first, before its page is there.
  const asked = useRef(query);
  useEffect(() => {
    asked.current = query;
  }, [query]);
  const change = (part: Partial<ActivityQuery>) => {
    const next = { ...asked.current, ...part };
    asked.current = next.from || next.to ? { ...next, tz: timeZone } : { ...next, tz: "" };
    router.replace(activityHref(asked.current), { scroll: false });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 max-md:w-full">
      <div className="relative w-[212px] max-md:w-full">
        <Search aria-hidden className="icon-14 absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground" />
        <PausedField
          type="search"
          label={t("search")}
          value={query.search}
          pause={PAUSE_MS}
          className="h-[30px] pl-8"
          onAsk={(search) => change({ search: search.trim() })}
        />
      </div>
      <Segmented aria-label={t("severity")}>
        {SEVERITIES.map((severity) => (
          <SegmentedItem
            key={severity ?? "all"}
            active={query.severity === severity}
            onClick={() => change({ severity })}
          >
            {t(severity ? `severities.${severity}` : "all")}
          </SegmentedItem>
        ))}
      </Segmented>
      <TypeFilter chosen={query.types} onChange={(types) => change({ types })} />
      <div className="flex items-center gap-1 max-md:w-full">
        <PausedField
          type="date"
          label={t("from")}
          value={query.from}
          pause={DATE_PAUSE_MS}
          className="h-[30px] w-36 max-md:flex-1"
          onAsk={(from) => change({ from })}
        />
        <span aria-hidden className="text-muted-foreground">
          {"–"}
        </span>
        <PausedField
          type="date"
          label={t("to")}
          value={query.to}
          pause={DATE_PAUSE_MS}
          className="h-[30px] w-36 max-md:flex-1"
          onAsk={(to) => change({ to })}
        />
      </div>
      {isFiltered(query) && (
        <Button asChild variant="ghost">
          <Link href="/activity" scroll={false}>
            <X aria-hidden />
            {t("clear")}
          </Link>
        </Button>
      )}
    </div>
  );
}
