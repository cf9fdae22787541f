"use client";
import { useLocale, useTranslations } from "next-intl";
import { useEffect, useReducer } from "react";
import { formatUnit, joinUnit, NO_VALUE } from "@/lib/format";
import type { Unit } from "@/lib/probe";
import { useBoard } from "../charts/board";
import type { Labels } from "../history/address";
import type { Probes } from "../server/newest";
import { useLatest } from "../server/use-latest";
import { connectionsNow, type Figures, figuresOf } from "./figures";

type Name = "connections" | "size" | "commits" | "rollbacks" | "hits" | "deadlocks" | "temporary";

interface Figure {
  name: Name;
  unit: Unit;
  value(of: Figures): number | null;
  /** Further to the value: a mean, a growth. */
  more?: { unit: Unit; value(of: Figures): number | null };
  /** What the period before is told by, where that is not the value itself. */
  compared?: "more";
}

const FIGURES: readonly Figure[] = [
  {
    ...{ name: "connections", unit: "count", value: ({ connections }) => connections, compared: "more" },
    more: { unit: "count", value: ({ connectionsMean }) => connectionsMean },
  },
  {
    ...{ name: "size", unit: "bytes", value: ({ sizeBytes }) => sizeBytes, compared: "more" },
    more: { unit: "bytes", value: ({ growthBytes }) => growthBytes },
  },
  { name: "commits", unit: "1/s", value: ({ commitsPerSecond }) => commitsPerSecond },
  { name: "rollbacks", unit: "percent", value: ({ rollbacksPercent }) => rollbacksPercent },
  { name: "hits", unit: "percent", value: ({ hitPercent }) => hitPercent },
  { name: "deadlocks", unit: "count", value: ({ deadlocks }) => deadlocks },
  { name: "temporary", unit: "bytes", value: ({ temporaryBytes }) => temporaryBytes },
];

interface FigureCardsProps {
  server: string;
  initial: Probes;
  labels: Labels;
}

/** What a database did in the shown period, and in the one before where that is laid under. */
export function FigureCards({ server, initial, labels }: FigureCardsProps) {
  const t = useTranslations("database");
  const { data, window, shifts } = useBoard();
  const latest = useLatest(server, initial);
  useChanges(data);
  // The period moves on with its charts.
  const from = (data.main?.to ?? window.to) - (window.to - window.from);
  const shown = figuresOf(data, labels, { from });
  const now = window.period === null ? shown : { ...shown, connections: connectionsNow(latest, labels, data.main) };
  const before = Object.keys(shifts).length > 0 ? figuresOf(data, labels, { from, before: true }) : null;
  return (
    <dl
      aria-label={t("figures")}
      className="mb-2.5 grid grid-cols-2 gap-px overflow-hidden rounded-lg border bg-border md:grid-cols-4 xl:grid-cols-7"
    >
      {FIGURES.map((figure) => (
        <Card
          key={figure.name}
          label={t(
            figure.name === "connections" && window.period === null ? "figure.atTheEnd" : `figure.${figure.name}`,
          )}
          {...{ figure, now, before }}
        />
      ))}
    </dl>
  );
}

interface CardProps {
  label: string;
  figure: Figure;
  now: Figures;
  before: Figures | null;
}

function Card({ label, figure, now, before }: CardProps) {
  const t = useTranslations("database");
  const locale = useLocale();
  const { name, unit, more } = figure;
  const shown = formatUnit(figure.value(now), unit, locale);
  const text = (of: Pick<Figure, "unit" | "value">, figures: Figures) => {
    const value = of.value(figures);
    const sign = name === "size" && of === more && value !== null && value > 0 ? "+" : "";
    return value === null ? NO_VALUE : sign + joinUnit(formatUnit(value, of.unit, locale));
  };
  return (
    <div className="min-w-0 bg-card px-3 py-2 last:odd:max-md:col-span-2 last:md:max-xl:col-span-2">
      <dt className="truncate text-foreground-2 text-xs">{label}</dt>
      <dd>
        <span className="font-semibold text-xl">{shown.value}</span>
        {shown.unit && <span className="ml-1 text-muted-foreground text-xs">{shown.unit}</span>}
        <span className="block truncate text-muted-foreground text-xs">
          {more ? t(`more.${name === "size" ? "size" : "connections"}`, { value: text(more, now) }) : t("inPeriod")}
        </span>
        {before && (
          <span className="block truncate text-foreground-2 text-xs">
            {t("before", { value: text(figure.compared && more ? more : figure, before) })}
          </span>
        )}
      </dd>
    </div>
  );
}

/** Draws anew when a chart got new steps. */
function useChanges(data: ReturnType<typeof useBoard>["data"]): void {
  const [, redraw] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const stops = Object.values(data).map((one) => one.subscribe(redraw));
    return () => {
      for (const stop of stops) stop();
    };
  }, [data]);
}
