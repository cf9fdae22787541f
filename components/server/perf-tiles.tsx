"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber, formatPercent, formatRate, NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Card, CardHead } from "../ui/card";
import { useReason } from "../use-reason";
import type { Probes } from "./newest";
import { type PerfNow, type PerfValue, perfNow } from "./perf-now";
import { useLatest } from "./use-latest";

/** An event that had its counter for less of the time is an estimate worth a word. */
const WHOLE_PERCENT = 99.5;

interface PerfTilesProps {
  server: string;
  initial: Probes;
  className?: string;
}

/** What perf counts right now, or why it cannot; nothing while that is switched off. */
export function PerfTiles({ server, initial, className }: PerfTilesProps) {
  const t = useTranslations("server.perf");
  const locale = useLocale();
  const now = perfNow(useLatest(server, initial));
  if (!now) return null;
  const seconds = now.intervalSeconds === null ? "" : formatNumber(now.intervalSeconds, locale);
  return (
    <Card className={className}>
      <CardHead title={t("title")} meta={seconds && t("meta", { cores: now.cores, seconds })} />
      {now.trouble && <Trouble {...now.trouble} />}
      {counts(now) && (
        <dl className="grid grid-cols-2 gap-px bg-border sm:grid-cols-3 xl:grid-cols-9">
          {now.tiles.map((one) => (
            <Tile key={one.name} one={one} />
          ))}
        </dl>
      )}
    </Card>
  );
}

/** Where nothing can be counted, the reason stands alone. */
const counts = ({ tiles, trouble }: PerfNow): boolean =>
  trouble === null || trouble.code === "starting" || tiles.some(({ value }) => value !== null);

const EXPLAINED = ["starting", "not_linux", "files_only", "no_perf", "no_permission", "no_pmu", "silent"] as const;

function Trouble({ code, message, remedy }: NonNullable<PerfNow["trouble"]>) {
  const t = useTranslations("server.perf");
  const reason = useReason()(message);
  const known = EXPLAINED.find((one) => one === code);
  return (
    <div className="border-b px-3 py-2 text-foreground-2 text-xs" title={reason}>
      <p>{known ? t(`troubles.${known}`) : reason}</p>
      {remedy && (
        <p className="mt-1">
          {t("remedy")} <code className="mono break-all text-foreground">{remedy}</code>
        </p>
      )}
    </div>
  );
}

function Tile({ one }: { one: PerfValue }) {
  const t = useTranslations("server.perf");
  const inWords = useReason();
  const locale = useLocale();
  const shown = {
    ratio: () => formatNumber(one.value, locale, 2),
    percent: () => formatPercent(one.value, locale),
    rate: () => formatRate(one.value, locale),
  }[one.kind]();
  const isPartly = one.value !== null && one.confidence !== null && one.confidence < WHOLE_PERCENT;
  return (
    <div
      className="bg-card px-3 py-2 last:max-sm:col-span-2"
      title={one.value === null && one.reason ? inWords(one.reason) : undefined}
    >
      <dt
        className="truncate text-foreground-2 text-xs"
        title={one.name === "ipc" && one.value !== null ? t("ipcHelp") : undefined}
      >
        {t(`tiles.${one.name}`)}
      </dt>
      <dd className={cn("font-semibold text-base", one.value === null && "font-normal text-muted-foreground")}>
        {one.value === null ? NO_VALUE : shown}
      </dd>
      {isPartly && (
        <dd className="text-muted-foreground text-xs" title={t("countedHelp")}>
          {t("counted", { percent: formatPercent(one.confidence, locale, 0) })}
        </dd>
      )}
    </div>
  );
}
