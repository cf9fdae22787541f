import type { ReactNode } from "react";
import { cn } from "@/lib/utils";
import { LEVEL_TEXT, type Level } from "../bar";
import { StatusIcon } from "../status-badge";
import { Card } from "../ui/card";

export interface KeyValue {
  label: string;
  value: string;
  unit: string;
  /** Judged against thresholds; undefined where there are none. */
  level?: Level | undefined;
  /** Nothing is known: no status either. */
  unknown: boolean;
}

const STATUS = { normal: "healthy", warning: "warning", critical: "critical" } as const;

/** One line about the server and its most telling values; on a phone a grid of two columns. */
export function FactsStrip({ facts, values }: { facts: readonly ReactNode[]; values: readonly KeyValue[] }) {
  return (
    <Card className="mb-2.5 md:flex md:min-h-9 md:flex-wrap md:items-center md:gap-x-3 md:px-3 md:py-1.5">
      <ul className="flex flex-wrap items-center gap-x-2 text-foreground-2 text-xs max-md:border-b max-md:px-3 max-md:py-2">
        {facts.map((fact, index) => (
          <li
            // The facts are a short list that keeps its order.
            key={typeof fact === "string" ? fact : index}
            className="flex items-center gap-2"
          >
            {index > 0 && <span aria-hidden className="size-[3px] rounded-full bg-border-strong" />}
            {fact}
          </li>
        ))}
      </ul>
      <dl className="max-md:grid max-md:grid-cols-2 max-md:gap-px max-md:bg-border md:ml-auto md:flex md:flex-wrap md:items-center">
        {values.map((one) => (
          <KeyFigure key={one.label} {...one} />
        ))}
      </dl>
    </Card>
  );
}

function KeyFigure({ label, value, unit, level, unknown }: KeyValue) {
  return (
    <div className="bg-card max-md:px-3 max-md:py-2 max-md:last:odd:col-span-2 md:flex md:items-center md:gap-1.5 md:border-l md:px-3 md:last:pr-0">
      <dt className="text-foreground-2 text-xs">{label}</dt>
      <dd className="flex items-center gap-1.5 text-xs">
        {level && !unknown && <StatusIcon status={STATUS[level]} />}
        <span
          className={cn(
            "font-semibold text-base",
            level && LEVEL_TEXT[level],
            unknown && "font-normal text-muted-foreground",
          )}
        >
          {value}
        </span>
        {unit && <span className="text-muted-foreground">{unit}</span>}
      </dd>
    </div>
  );
}
