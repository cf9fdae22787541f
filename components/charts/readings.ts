// Values as legend, tooltip and screen readers get them. Pure.
import { formatNumber } from "@/lib/format";
import type { TooltipRow } from "./chart-tooltip";
import { TOTAL } from "./earlier";
import { type ChartKind, type Picture, valueAt } from "./picture";
import type { ScaledUnit } from "./unit-scale";

/** How numbers are written. */
export interface Shape {
  unit: ScaledUnit;
  locale: string;
}

/** A value in the chart's unit: the head names it, only percent signs are repeated. */
export function shownValue(value: number | null, { unit, locale }: Shape): string {
  const percent = unit.symbol === "%";
  const text = formatNumber(value === null ? null : value * unit.factor, locale, percent ? 1 : undefined);
  return value !== null && percent ? `${text}%` : text;
}

/** Line → its value at a time, or its newest one. */
export function legendTexts(seen: Picture, time: number | null, shape: Shape): Map<string, string> {
  return new Map(seen.lines.map((line) => [line.line.key, shownValue(valueAt(seen, line, time), shape)]));
}

/** All lines in one sentence. */
export const spokenValues = (seen: Picture, time: number, shape: Shape): string =>
  seen.lines.map((line) => `${line.line.label} ${shownValue(valueAt(seen, line, time), shape)}`).join(", ");

/** Rows of the tooltip: stacked layers from the top down, with their sum where it has a name. */
export function tooltipRows(
  seen: Picture,
  time: number,
  { kind, total, ...shape }: Shape & { kind: ChartKind; total: string | undefined },
): TooltipRow[] {
  const all = seen.lines.map((line) => ({ ...line.line, number: valueAt(seen, line, time) }));
  const values = all.filter(({ earlier }) => earlier === undefined);
  const rows = values.map(({ key, label, color, number }) => {
    const before = all.find(({ earlier }) => earlier === key);
    return {
      key,
      label,
      color,
      value: shownValue(number, shape),
      ...(before && { before: shownValue(before.number, shape) }),
    };
  });
  if (kind === "lines") return rows;
  const known = values.map(({ number }) => number).filter((number) => number !== null);
  const sum = known.length === 0 ? null : known.reduce((all, number) => all + number, 0);
  if (total === undefined) return rows.reverse();
  const before = all.find(({ earlier }) => earlier === TOTAL);
  return [
    ...rows.reverse(),
    {
      ...{ key: TOTAL, label: total, value: shownValue(sum, shape), apart: true },
      ...(before && { before: shownValue(before.number, shape) }),
    },
  ];
}
