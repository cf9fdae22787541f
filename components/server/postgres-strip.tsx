"use client";
import { useLocale, useTranslations } from "next-intl";
import type { Forecast } from "@/lib/fleet/forecast";
import type { ServerSummary } from "@/lib/fleet/schema";
import { formatDuration, formatNumber, formatUnit } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import type { Unit } from "@/lib/probe";
import { levelOf } from "../bar";
import { FactsStrip, type KeyValue } from "./facts-strip";
import { useFullIn } from "./full-in";
import { type PostgresNow, type Probes, postgresNow } from "./newest";
import { useLatest } from "./use-latest";

interface PostgresStripProps {
  server: string;
  initial: Probes;
  summary: ServerSummary;
  thresholds: Thresholds;
  /** Of the file system that will be full first; null where the machine is not read. */
  forecast: Forecast | null;
}

/** What the PostgreSQL server is, and how it does right now. */
export function PostgresStrip({ server, initial, summary, thresholds, forecast }: PostgresStripProps) {
  const t = useTranslations("server");
  const locale = useLocale();
  const now = postgresNow(useLatest(server, initial));
  const fullIn = useFullIn();
  const plain = (label: string, value: number | null, unit: Unit): KeyValue => ({
    label,
    ...(value === null ? { value: t("unknown"), unit: "" } : formatUnit(value, unit, locale)),
    unknown: value === null,
  });
  const values: KeyValue[] = [
    connections(now, { t, locale, marks: thresholds.db_connections }),
    plain(t("transactions"), now.transactionsPerSecond, "1/s"),
    plain(t("hitRatio"), now.hitPercent, "percent"),
    plain(t("size"), now.sizeBytes, "bytes"),
    ...(forecast ? [disk(fullIn(forecast), t("diskFullIn"))] : []),
    {
      label: t("oldestTransaction"),
      value:
        now.oldestTransactionSeconds === null ? t("unknown") : formatDuration(now.oldestTransactionSeconds, locale),
      unit: "",
      unknown: now.oldestTransactionSeconds === null,
    },
    {
      ...plain(t("blocked"), now.blockedSessions, "count"),
      level: now.blockedSessions ? "warning" : "normal",
    },
  ];
  return <FactsStrip facts={facts(summary, { t, locale })} values={values} />;
}

const disk = ({ text, level }: ReturnType<ReturnType<typeof useFullIn>>, label: string): KeyValue => ({
  ...{ label, value: text, unit: "", level },
  unknown: level === undefined,
});

function facts(summary: ServerSummary, { t, locale }: Omit<Words, "marks">): string[] {
  const uptime = summary.uptime_seconds === null ? null : formatDuration(summary.uptime_seconds, locale);
  return [uptime ? t("up", { time: uptime }) : t("noFacts")];
}

interface Words {
  t: ReturnType<typeof useTranslations<"server">>;
  locale: string;
  marks: { warning: number; critical: number };
}

function connections(now: PostgresNow, { t, locale, marks }: Words): KeyValue {
  return {
    label: t("connections"),
    value: now.connections === null ? t("unknown") : formatNumber(now.connections, locale, 0),
    unit: now.maxConnections === null ? "" : t("ofMax", { max: formatNumber(now.maxConnections, locale, 0) }),
    level: levelOf(now.connectionsPercent, marks),
    unknown: now.connections === null,
  };
}
