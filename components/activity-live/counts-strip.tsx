import { Hourglass, Lock, type LucideIcon, Timer } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { memo, type ReactNode } from "react";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Card } from "../ui/card";
import { countStates, longest } from "./arrange";
import type { SessionRow } from "./rows";
import { Since } from "./ticking";

interface CountsStripProps {
  /** All that are listed. */
  rows: readonly SessionRow[];
  /** All that there are. */
  total: number;
}

/** What goes on, in six numbers; Dozor's own sessions do not count. */
export const CountsStrip = memo(function CountsStrip({ rows, total }: CountsStripProps) {
  const t = useTranslations("activityLive.counts");
  const locale = useLocale();
  const others = rows.filter(({ own }) => !own);
  const counts = countStates(others);
  const number = (value: number) => formatNumber(value, locale, 0);
  return (
    <Card className="mb-2.5 grid grid-cols-6 max-xl:grid-cols-3 max-md:grid-cols-2" aria-label={t("title")}>
      <Cell label={t("total")}>{number(total - (rows.length - others.length))}</Cell>
      <Cell label={t("active")}>{number(counts.active)}</Cell>
      <Cell label={t("inTransaction")} tone={counts.in_transaction > 0 ? "warn" : undefined}>
        {number(counts.in_transaction)}
      </Cell>
      <Cell label={t("waiting")} icon={Lock} tone={counts.waiting > 0 ? "crit" : undefined}>
        {number(counts.waiting)}
      </Cell>
      <Longest label={t("longestTransaction")} icon={Hourglass} row={longest(rows, "transaction")} of="xactSince" />
      <Longest label={t("longestQuery")} icon={Timer} row={longest(rows, "query")} of="querySince" />
    </Card>
  );
});

interface CellProps {
  label: string;
  icon?: LucideIcon;
  tone?: "warn" | "crit" | undefined;
  children: ReactNode;
}

const TONES = { warn: "text-warn-text", crit: "text-crit-text" };

function Cell({ label, icon: Icon, tone, children }: CellProps) {
  return (
    <dl className="-mr-px -mb-px min-w-0 border-r border-b px-3 py-2.5">
      <dt className="truncate text-xs text-foreground-2">{label}</dt>
      <dd className={cn("mt-1 flex items-baseline gap-1.5 text-lg font-semibold", tone && TONES[tone])}>
        {Icon && <Icon aria-hidden className="icon-14 self-center" />}
        {children}
      </dd>
    </dl>
  );
}

interface LongestProps {
  label: string;
  icon: LucideIcon;
  row: SessionRow | null;
  of: "xactSince" | "querySince";
}

function Longest({ label, icon, row, of }: LongestProps) {
  const t = useTranslations("activityLive");
  return (
    <Cell label={label} icon={icon}>
      <Since since={row?.[of] ?? null} />
      {row && (
        <span className="truncate text-xs font-normal text-muted-foreground">{t("pidIs", { pid: row.pid })}</span>
      )}
    </Cell>
  );
}
