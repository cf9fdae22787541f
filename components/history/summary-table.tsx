import { ArrowDown, ArrowUp, Minus } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { unitSymbol } from "@/lib/format";
import type { Comparison } from "@/lib/metrics/schema";
import type { Unit } from "@/lib/probe";
import { cn } from "@/lib/utils";
import { EarlierSwatch } from "../charts/legend";
import type { ChartLine } from "../charts/picture";
import { type Shape, shownValue } from "../charts/readings";
import { scaledUnit } from "../charts/unit-scale";
import { type Change, changeOf } from "./change";

type Compared = Comparison["series"][number];

interface SummaryTableProps {
  metric: string;
  unit: Unit;
  /** Lines of the shown range with what they say of both. */
  rows: readonly { line: ChartLine; series: Compared }[];
  /** Name of the range before. */
  before: string;
}

/** Least, mean and greatest value of both ranges, and how the mean changed. */
export function SummaryTable({ metric, unit, rows, before }: SummaryTableProps) {
  const t = useTranslations("history");
  const locale = useLocale();
  const head = "pl-2 text-right font-medium";
  return (
    <section
      aria-label={t("summaryOf", { metric })}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where it must, and the keyboard reaches it too
      tabIndex={0}
      className="-mx-3 overflow-x-auto border-t px-3 pt-1 pb-1.5"
    >
      <table className="w-full border-collapse text-xs">
        <thead className="text-muted-foreground">
          <tr className="h-6">
            <th scope="col" className="text-left font-medium">
              {t("series")}
            </th>
            {(["min", "avg", "max"] as const).map((name) => (
              <th key={name} scope="col" className={head}>
                {t(name)}
              </th>
            ))}
            <th scope="col" className={head}>
              {t("change")}
            </th>
          </tr>
        </thead>
        {rows.map(({ line, series }) => (
          <tbody key={line.key} className="border-t first-of-type:border-t-0">
            <Row name={line.label} color={line.color} values={series.summary.a} shape={shapeOf(series, unit, locale)}>
              <td rowSpan={2} className="whitespace-nowrap pl-2 text-right align-middle">
                <ChangeText change={changeOf(metric, series.summary.change_percent, locale)} />
              </td>
            </Row>
            <Row
              name={before}
              color={line.color}
              values={series.summary.b}
              shape={shapeOf(series, unit, locale)}
              earlier
            />
          </tbody>
        ))}
      </table>
    </section>
  );
}

/** One unit for all numbers of a series, chosen as its chart's is. */
function shapeOf({ summary: { a, b } }: Compared, unit: Unit, locale: string): Shape {
  return { unit: scaledUnit(unit, Math.max(a.max ?? 0, b.max ?? 0)), locale };
}

interface RowProps {
  name: string;
  color: string;
  values: Compared["summary"]["a"];
  shape: Shape;
  earlier?: boolean;
  children?: ReactNode;
}

function Row({ name, color, values, shape, earlier, children }: RowProps) {
  const muted = earlier && "text-muted-foreground";
  const { symbol } = shape.unit;
  return (
    <tr className="h-[22px]">
      <th scope="row" className={cn("max-w-40 pr-2 text-left font-normal text-foreground-2 max-md:max-w-28", muted)}>
        <span className="flex items-center gap-1.5">
          {earlier ? (
            <EarlierSwatch color={color} />
          ) : (
            <span aria-hidden className="h-0.5 w-3 shrink-0 rounded-full" style={{ background: color }} />
          )}
          <span className="truncate" title={name}>
            {name}
          </span>
          {!earlier && symbol !== "%" && (
            <span className="shrink-0 text-muted-foreground">{unitSymbol(symbol, shape.locale)}</span>
          )}
        </span>
      </th>
      {(["min", "avg", "max"] as const).map((part) => (
        <td
          key={part}
          className={cn("whitespace-nowrap pl-2 text-right", part === "avg" && !earlier && "font-medium", muted)}
        >
          {shownValue(values[part], shape)}
        </td>
      ))}
      {children}
    </tr>
  );
}

const ARROWS = { up: ArrowUp, down: ArrowDown, none: Minus, unknown: null };
const TONES = { good: "text-ok-text", bad: "text-crit-text", neutral: "text-foreground" };

function ChangeText({ change: { direction, tone, text } }: { change: Change }) {
  const t = useTranslations("history");
  const Arrow = ARROWS[direction];
  return (
    <span className={cn("inline-flex items-center gap-1 font-medium", TONES[tone])}>
      {Arrow && <Arrow aria-hidden className="icon-12" />}
      {text}
      {tone !== "neutral" && <span className="sr-only">{t(tone)}</span>}
    </span>
  );
}
