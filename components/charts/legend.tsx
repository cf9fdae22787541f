import { useTranslations } from "next-intl";
import { cn } from "@/lib/utils";
import { keep, type Parts } from "./paint";
import type { ChartKind, ChartLine } from "./picture";

export interface ChartFact {
  label: string;
  value: string;
  /** A threshold that lies off the scale is told here. */
  tone?: "warn" | "crit";
}

interface LegendProps {
  lines: readonly ChartLine[];
  kind: ChartKind;
  hidden: ReadonlySet<string>;
  onToggle(key: string): void;
  parts: Parts;
  /** First texts of the values by line; later ones are painted. */
  values: ReadonlyMap<string, string>;
  /** The newest values are old: muted. */
  stale: boolean;
  /** Further values that are not drawn. */
  facts: readonly ChartFact[];
}

/** One row under the head: each line with its value at the cursor, or the newest; a click takes the line out. */
export function Legend({ lines, kind, hidden, onToggle, parts, values, stale, facts }: LegendProps) {
  const t = useTranslations("charts");
  return (
    <ul className="flex min-h-5 flex-wrap items-center gap-x-3 text-xs">
      {lines.map(({ key, label, color }) => {
        const off = hidden.has(key);
        return (
          <li key={key}>
            <button
              type="button"
              aria-pressed={!off}
              title={t(off ? "show" : "hide", { line: label })}
              onClick={() => onToggle(key)}
              className="flex h-5 items-center gap-1.5 rounded-sm max-md:h-6"
            >
              <span
                aria-hidden
                className={cn("shrink-0", kind === "stacked" ? "size-2 rounded-[2px]" : "h-0.5 w-2.5 rounded-full")}
                style={{ background: off ? "var(--border-strong)" : color }}
              />
              <span className={off ? "text-muted-foreground line-through" : "text-foreground-2"}>{label}</span>
              <span
                ref={keep(parts.values, key)}
                hidden={off}
                className={cn("font-medium", stale ? "text-muted-foreground" : "text-foreground")}
                suppressHydrationWarning
              >
                {values.get(key)}
              </span>
            </button>
          </li>
        );
      })}
      {facts.map(({ label, value, tone }) => (
        <li key={label} className="flex items-center gap-1.5 whitespace-nowrap text-foreground-2">
          {tone && (
            <span
              aria-hidden
              className="w-2.5 border-t border-dashed"
              style={{ borderColor: `var(--${tone}-solid)` }}
            />
          )}
          <span className={tone && "sr-only"}>{label}</span>
          <span className={tone ? undefined : "font-medium text-foreground"}>{value}</span>
        </li>
      ))}
    </ul>
  );
}
