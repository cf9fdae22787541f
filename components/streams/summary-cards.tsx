"use client";
import { Headphones, ListMusic, type LucideIcon, RadioTower } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, Suspense, use } from "react";
import { formatDuration, formatNumber, formatPercent } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import { Bar, LEVEL_TEXT, levelOf } from "../bar";
import { Sparkline } from "../charts/sparkline";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";
import type { Totals } from "./arrange";

/** The last hour of the totals; null where nothing is known. */
export interface TotalLines {
  active: (number | null)[];
  listeners: (number | null)[];
  queue: (number | null)[];
}

/** What the analytics know of listeners. */
export interface ListenerNote {
  peakToday: number | null;
  weekAverage: number | null;
}

interface SummaryCardsProps {
  totals: Totals;
  lines: Promise<TotalLines>;
  note: ListenerNote;
  thresholds: Thresholds;
}

/** Streams, listeners and queue together, and how the machine under them is. */
export function SummaryCards({ totals, lines, note, thresholds }: SummaryCardsProps) {
  const t = useTranslations("streams.summary");
  const locale = useLocale();
  const number = (value: number) => formatNumber(value, locale, 0);
  const apart = [
    totals.placeholder > 0 && t("placeholder", { count: totals.placeholder }),
    totals.unknown > 0 && t("unknown", { count: totals.unknown }),
  ].filter((text) => text !== false);
  const notes = [
    note.peakToday !== null && t("peakToday", { count: number(note.peakToday) }),
    note.weekAverage !== null && t("weekAverage", { count: number(note.weekAverage) }),
  ].filter((text) => text !== false);
  const card = { lines };
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_minmax(0,1.25fr)_minmax(0,1fr)_minmax(0,1.25fr)] gap-3 max-xl:grid-cols-2 max-md:grid-cols-1">
      <Total
        {...card}
        of="active"
        icon={RadioTower}
        name={t("active")}
        unit={t("ofAll", { count: number(totals.all) })}
        note={apart.join(", ")}
      >
        {number(totals.onAir)}
      </Total>
      <Total {...card} of="listeners" icon={Headphones} name={t("listeners")} unit={t("now")} note={notes.join(", ")}>
        {number(totals.listeners)}
      </Total>
      <Total
        {...card}
        of="queue"
        icon={ListMusic}
        name={t("queue")}
        unit={t("tracks", { count: totals.queue })}
        note=""
      >
        {number(totals.queue)}
      </Total>
      <Machine thresholds={thresholds} />
    </div>
  );
}

interface TotalProps {
  of: keyof TotalLines;
  icon: LucideIcon;
  name: string;
  unit: string;
  note: string;
  lines: Promise<TotalLines>;
  children: ReactNode;
}

function Total({ of, icon: Icon, name, unit, note, lines, children }: TotalProps) {
  return (
    <article data-total={of} className="flex min-w-0 items-end gap-3 rounded-lg border bg-card px-3 py-2.5">
      <div className="min-w-0 shrink">
        <h2 className="flex items-center gap-2 text-foreground-2 text-sm">
          <Icon aria-hidden className="icon-14 shrink-0 text-muted-foreground" />
          <span className="truncate">{name}</span>
        </h2>
        <p className="mt-0.5 flex items-baseline gap-1.5">
          <span className="font-semibold text-xl">{children}</span>
          <span className="truncate text-muted-foreground text-sm">{unit}</span>
        </p>
        <p className="min-h-4 truncate text-foreground-2 text-xs" title={note}>
          {note}
        </p>
      </div>
      <span className="mb-0.5 block h-[34px] min-w-14 flex-1">
        <Suspense fallback={null}>
          <TotalLine of={of} name={name} lines={lines} />
        </Suspense>
      </span>
    </article>
  );
}

function TotalLine({ of, name, lines }: Pick<TotalProps, "of" | "name" | "lines">) {
  const t = useTranslations("streams.summary");
  const values = use(lines)[of];
  if (!values.some((value) => value !== null)) return null;
  return <Sparkline values={values} min={0} height={34} label={t("hour", { name })} />;
}

/** The machine that Dozor runs on, as the live feed tells it. */
function Machine({ thresholds }: Pick<SummaryCardsProps, "thresholds">) {
  const t = useTranslations("streams.summary");
  const locale = useLocale();
  const { stats } = useMonitoringWebSocket();
  const sockets = stats?.websocket_connections ?? null;
  const parts = [
    { name: t("cpu"), value: stats?.cpu_percent ?? null, marks: thresholds.cpu_percent },
    { name: t("ram"), value: stats?.memory_percent ?? null, marks: thresholds.ram_percent },
  ];
  return (
    <article className="grid grid-cols-3 gap-4 rounded-lg border bg-card px-3 py-2.5">
      {parts.map(({ name, value, marks }) => (
        <div key={name} className="min-w-0">
          <h2 className="truncate text-foreground-2 text-sm">{name}</h2>
          <p className={`mt-1 font-semibold text-lg ${LEVEL_TEXT[levelOf(value, marks)]}`}>
            {value === null ? <Missing /> : formatPercent(value, locale)}
          </p>
          {value !== null && <Bar parts={[value]} {...marks} className="mt-1 w-full" />}
        </div>
      ))}
      <div className="min-w-0">
        <h2 className="truncate text-foreground-2 text-sm">{t("uptime")}</h2>
        <p className="mt-1 truncate font-semibold text-base leading-[22px]">
          {stats ? formatDuration(stats.uptime_seconds, locale) : <Missing />}
        </p>
        {sockets !== null && <p className="truncate text-foreground-2 text-xs">{t("sockets", { count: sockets })}</p>}
      </div>
    </article>
  );
}

function Missing() {
  const t = useTranslations("common");
  return <span className="font-normal text-muted-foreground text-sm">{t("noData")}</span>;
}
