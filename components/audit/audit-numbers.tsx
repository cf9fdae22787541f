import { useLocale, useTranslations } from "next-intl";
import type { AuditStats } from "@/lib/audit/schema";
import { formatNumber } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Card } from "../ui/card";

const NUMBERS = [
  "total_events",
  "logins_today",
  "unique_users_week",
  "actions_today",
  "failed_today",
  "failed_total",
] as const satisfies readonly (keyof AuditStats)[];

/** The log in six numbers. */
export function AuditNumbers({ stats }: { stats: AuditStats }) {
  const t = useTranslations("audit.stats");
  const locale = useLocale();
  return (
    <Card aria-label={t("label")}>
      <dl className="grid grid-cols-6 max-lg:grid-cols-3 max-md:grid-cols-2">
        {NUMBERS.map((name) => (
          <div key={name} className="flex flex-col-reverse px-3 py-2">
            <dt className="truncate text-muted-foreground text-xs" title={t(name)}>
              {t(name)}
            </dt>
            <dd className={cn("font-semibold text-lg", name === "failed_today" && stats[name] > 0 && "text-warn-text")}>
              {formatNumber(stats[name], locale, 0)}
            </dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
