import { useTranslations } from "next-intl";
import { formatPercent } from "@/lib/format";
import { HEAT_LEVELS, type HeatThresholds } from "./heat";
import { labelledRows, type HeatSummary as Summary } from "./heat-summary";
import { GUTTER } from "./paint";

/** Key of the colours in the head: zero, the steel steps, and what the two thresholds are. */
export function HeatKey({ thresholds: { warning, critical } }: { thresholds: HeatThresholds }) {
  const before: Partial<Record<number, number>> = { 0: 0, 5: warning, 6: critical };
  return (
    <p aria-hidden className="mr-1 flex items-center gap-0.5 text-2xs text-muted-foreground max-sm:hidden">
      {HEAT_LEVELS.map((level) => (
        <span key={level} className="flex items-center gap-0.5">
          {before[level]}
          <span className="h-2 w-3 rounded-[2px]" style={{ background: `var(--heat-${level})` }} />
        </span>
      ))}
    </p>
  );
}

interface HeatSummaryProps {
  summary: Summary | null;
  /** Names of the rows. */
  names: readonly string[];
  critical: number;
  locale: string;
}

/** Read-out at the cursor, or of the newest values. */
export function HeatSummaryRow({ summary, names, critical, locale }: HeatSummaryProps) {
  const t = useTranslations("charts");
  const value = (text: string) => <span className="font-medium text-foreground">{text}</span>;
  return (
    <p className="flex min-h-5 flex-wrap items-center gap-x-3 text-foreground-2 text-xs">
      {summary && (
        <>
          <span>
            {t("busiest")}{" "}
            {value(`#${names[summary.busiest.row] ?? ""}, ${formatPercent(summary.busiest.value, locale, 0)}`)}
          </span>
          <span>
            {t("median")} {value(formatPercent(summary.median, locale, 0))}
          </span>
          <span>
            {t("above", { percent: critical })}{" "}
            {value(t("someOf", { count: summary.aboveCritical, all: summary.known }))}
          </span>
        </>
      )}
    </p>
  );
}

/** Names of about five rows, at the left. */
export function HeatRows({ names, height }: { names: readonly string[]; height: number }) {
  const pitch = height / Math.max(1, names.length);
  return labelledRows(names.length).map((row) => (
    <text
      key={row}
      x={GUTTER - 8}
      y={(row + 0.5) * pitch}
      dy="0.35em"
      textAnchor="end"
      fontSize={11}
      fill="var(--chart-axis)"
    >
      {names[row]}
    </text>
  ));
}
