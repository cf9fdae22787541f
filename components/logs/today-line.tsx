import Link from "next/link";
import { useTranslations } from "next-intl";
import type { LogStats } from "@/lib/syslog/schema";
import { LevelBadge } from "./level-badge";
import { logsHref, WHOLE_LOG } from "./log-query";

/** How much of today needs a look, each a way to it. */
export function TodayLine({ stats }: { stats: LogStats }) {
  const t = useTranslations("logs");
  const shown = [
    { level: "error", count: stats.errors_today } as const,
    { level: "warning", count: stats.warnings_today } as const,
  ];
  return (
    <p className="mb-3 flex flex-wrap items-center gap-3 text-muted-foreground text-xs">
      {t("today")}
      {shown.map(({ level, count }) => (
        <Link key={level} href={logsHref(WHOLE_LOG, { levels: [level] })} className="flex items-center gap-1.5">
          <LevelBadge level={level} none={count === 0} />
          <span className="font-medium text-foreground tabular-nums">{count}</span>
        </Link>
      ))}
      <span>{t("kept", { count: stats.total })}</span>
    </p>
  );
}
