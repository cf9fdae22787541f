import { useTranslations } from "next-intl";
import type { ReactNode, Ref } from "react";
import { cn } from "@/lib/utils";
import { keep, type Parts } from "./paint";
import type { ChartKind, ChartLine } from "./picture";

export interface ChartFact {
  label: string;
  value: string;
  /** A threshold that lies off the scale is told here. */
  tone?: "warn" | "crit";
}

/** Key of the switch that takes out every line of the range before. */
export const EARLIER = "earlier";

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
  /** Name of the range before, whose lines have one switch together. */
  earlier?: string | undefined;
}

/** One row under the head: each line with its value at the cursor, or the newest; a click takes the line out. */
export function Legend({ lines, kind, hidden, onToggle, parts, values, stale, facts, earlier }: LegendProps) {
  const own = lines.filter((line) => line.earlier === undefined);
  const before = lines.filter((line) => line.earlier !== undefined);
  // One line has one before it: its value can be told, too.
  const [only] = before.length === 1 ? before : [];
  return (
    <ul className="flex min-h-5 flex-wrap items-center gap-x-3 gap-y-1 max-md:gap-y-0 text-xs">
      {own.map(({ key, label, color }) => (
        <Entry
          key={key}
          label={label}
          off={hidden.has(key)}
          onToggle={() => onToggle(key)}
          swatch={
            <span
              aria-hidden
              className={cn("shrink-0", kind === "stacked" ? "size-2 rounded-[2px]" : "h-0.5 w-2.5 rounded-full")}
              style={{ background: hidden.has(key) ? "var(--border-strong)" : color }}
            />
          }
          value={{ element: keep(parts.values, key), text: values.get(key), muted: stale }}
        />
      ))}
      {earlier !== undefined && before.length > 0 && (
        <Entry
          label={earlier}
          off={hidden.has(EARLIER)}
          onToggle={() => onToggle(EARLIER)}
          swatch={<EarlierSwatch color={only?.color} />}
          value={only && { element: keep(parts.values, only.key), text: values.get(only.key), muted: true }}
        />
      )}
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

interface EntryProps {
  label: string;
  off: boolean;
  onToggle(): void;
  swatch: ReactNode;
  value: { element: Ref<HTMLSpanElement>; text: string | undefined; muted: boolean } | undefined;
}

function Entry({ label, off, onToggle, swatch, value }: EntryProps) {
  const t = useTranslations("charts");
  return (
    <li className="min-w-0">
      <button
        type="button"
        aria-pressed={!off}
        title={t(off ? "show" : "hide", { line: label })}
        onClick={onToggle}
        className="flex h-5 max-w-full items-center gap-1.5 rounded-sm max-md:h-6"
      >
        {swatch}
        <span className={cn("truncate", off ? "text-muted-foreground line-through" : "text-foreground-2")}>
          {label}
        </span>
        {value && (
          <span
            ref={value.element}
            hidden={off}
            className={cn("font-medium", value.muted ? "text-muted-foreground" : "text-foreground")}
            suppressHydrationWarning
          >
            {value.text}
          </span>
        )}
      </button>
    </li>
  );
}

/** Stands for lines of a range before. */
export function EarlierSwatch({ color = "var(--idle-solid)" }: { color?: string | undefined }) {
  return (
    <svg aria-hidden width={12} height={2} className="shrink-0">
      <path d="M0,1H12" stroke={color} strokeWidth={2} strokeDasharray="3 1.5" />
    </svg>
  );
}
