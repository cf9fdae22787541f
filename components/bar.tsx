import { cn } from "@/lib/utils";

interface BarProps {
  /** Parts in percent of the whole, from the left; the second is paler. */
  parts: readonly number[];
  /** In percent: notches on the track; once the sum passes one the whole fill changes colour. */
  warning?: number;
  critical?: number;
  /** What is known is old: grey. */
  stale?: boolean;
  className?: string;
}

export type Level = "normal" | "warning" | "critical";

/** At or above the threshold counts. */
export function levelOf(value: number | null, marks: { warning?: number; critical?: number }): Level {
  if (value === null) return "normal";
  if (marks.critical !== undefined && value >= marks.critical) return "critical";
  return marks.warning !== undefined && value >= marks.warning ? "warning" : "normal";
}

export const LEVEL_TEXT: Record<Level, string> = { normal: "", warning: "text-warn-text", critical: "text-crit-text" };
const FILL: Record<Level, string> = { normal: "bg-chart-1", warning: "bg-warn", critical: "bg-crit" };

/** A share as a bar; the number stands beside it, so it is hidden from screen readers. */
export function Bar({ parts, warning, critical, stale, className }: BarProps) {
  const sum = parts.reduce((total, part) => total + part, 0);
  const fill = stale ? "bg-idle" : FILL[levelOf(sum, { warning, critical })];
  return (
    <span
      aria-hidden
      className={cn("relative inline-flex h-1.5 w-16 shrink-0 overflow-hidden rounded-sm bg-selected", className)}
    >
      {parts.map((part, index) => (
        <span
          // The parts are a fixed short tuple.
          key={index === 0 ? "first" : `part-${index}`}
          className={cn("h-full", fill, index > 0 && "opacity-40")}
          style={{ width: `${Math.min(100, Math.max(0, part))}%` }}
        />
      ))}
      {[warning, critical].map((mark) =>
        mark === undefined || mark >= 100 ? null : (
          <span key={mark} className="absolute inset-y-0 w-px bg-card" style={{ left: `${mark}%` }} />
        ),
      )}
    </span>
  );
}
