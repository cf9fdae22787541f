import type { ReactNode } from "react";

export interface Fact {
  label: string;
  /** Facts that are not known are left out. */
  value: ReactNode;
}

/** Names and values in rows. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl>
      {facts
        .filter(({ value }) => value !== null && value !== undefined && value !== "" && value !== false)
        .map(({ label, value }) => (
          <div
            key={label}
            className="flex min-h-[33px] items-center gap-4 border-b px-3 py-1.5 text-sm last:border-b-0"
          >
            <dt className="w-24 shrink-0 text-muted-foreground">{label}</dt>
            <dd className="min-w-0 flex-1 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
