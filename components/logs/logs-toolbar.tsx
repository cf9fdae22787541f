"use client";
import { Download, Search, X } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";
import type { LogLevel } from "@/lib/syslog/schema";
import { PausedField } from "../activity/paused-field";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { isFiltered, LEVELS, type LogQuery, logParameters, logsHref } from "./log-query";
import { NameFilter } from "./name-filter";

/** Long enough that a word is typed at once, and a date, which takes several key presses. */
const PAUSE_MS = { search: 250, date: 600 };

const FILE_FORMAT = "CSV";

interface LogsToolbarProps {
  query: LogQuery;
  sources: readonly string[];
  servers: readonly string[];
}

/** What of the log is shown; every choice is part of the address. */
export function LogsToolbar({ query, sources, servers }: LogsToolbarProps) {
  const t = useTranslations("logs");
  const router = useRouter();
  const timeZone = useTimeZone();
  // Two choices in a row: the second one stands on the first, before its page is there.
  const asked = useRef(query);
  useEffect(() => {
    asked.current = query;
  }, [query]);
  const change = (part: Partial<LogQuery>) => {
    const next = { ...asked.current, before: null, ...part };
    asked.current = { ...next, tz: next.from || next.to ? timeZone : "" };
    router.replace(logsHref(asked.current), { scroll: false });
  };
  const toggle = (level: LogLevel) => {
    const { levels } = asked.current;
    change({ levels: levels.includes(level) ? levels.filter((one) => one !== level) : [...levels, level] });
  };
  const parameters = logParameters({ ...query, before: null });
  parameters.set("format", "csv");
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2">
      <div className="relative w-[212px] max-md:w-full">
        <Search aria-hidden className="icon-14 absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground" />
        <PausedField
          type="search"
          label={t("search")}
          value={query.search}
          pause={PAUSE_MS.search}
          className="h-[30px] pl-8"
          onAsk={(search) => change({ search: search.trim() })}
        />
      </div>
      <Segmented aria-label={t("level")}>
        {LEVELS.map((level) => (
          <SegmentedItem key={level} active={query.levels.includes(level)} onClick={() => toggle(level)}>
            {t(`levels.${level}`)}
          </SegmentedItem>
        ))}
      </Segmented>
      <NameFilter
        label={t("columns.source")}
        names={sources}
        chosen={query.source}
        onChange={(source) => change({ source })}
      />
      <NameFilter
        label={t("columns.server")}
        names={servers}
        chosen={query.server}
        onChange={(server) => change({ server })}
      />
      <div className="flex items-center gap-1 max-md:w-full">
        {(["from", "to"] as const).map((bound) => (
          <PausedField
            key={bound}
            type="date"
            label={t(bound)}
            value={query[bound]}
            pause={PAUSE_MS.date}
            className="h-[30px] w-36 max-md:flex-1"
            onAsk={(day) => change({ [bound]: day })}
          />
        ))}
      </div>
      {isFiltered(query) && (
        <Button asChild variant="ghost">
          <Link href="/admin/logs" scroll={false}>
            <X aria-hidden />
            {t("clear")}
          </Link>
        </Button>
      )}
      <Button asChild className="ml-auto">
        <a href={`/api/logs?${parameters}`} download aria-label={t("export")}>
          <Download aria-hidden />
          {FILE_FORMAT}
        </a>
      </Button>
    </div>
  );
}
