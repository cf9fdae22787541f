import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatBytes, formatPercent, formatUnit, joinUnit } from "@/lib/format";
import type { Health } from "@/lib/health/schema";
import { Age } from "../age";
import { StatusBadge } from "../status-badge";
import { Card, CardHead } from "../ui/card";
import { FactList } from "./fact-list";

interface SelfCardProps {
  health: Health;
  /** What Dozor itself takes of this machine. */
  cost: { cpuPercent: number | null; memoryBytes: number | null };
  asOf: number;
}

const BADGES = { healthy: "healthy", degraded: "warning", unhealthy: "critical" } as const;

/** Whether Dozor itself is well: what it stands on, and what it costs. */
export function SelfCard({ health, cost, asOf }: SelfCardProps) {
  const t = useTranslations("overview.self");
  const locale = useLocale();
  const startedAt = new Date(Date.parse(health.timestamp) - health.uptime_seconds * 1_000).toISOString();
  const own = [
    cost.cpuPercent !== null && t("cpu", { percent: formatPercent(cost.cpuPercent, locale) }),
    cost.memoryBytes !== null && formatBytes(cost.memoryBytes, locale),
  ].filter(Boolean);
  return (
    <Card>
      <CardHead title={t("title")} meta={t("version", { version: health.version })} />
      <FactList
        facts={[
          ...health.dependencies.map(({ name, status, latency_ms }) => ({
            label: t(name),
            value: (
              <Standing badge={<StatusBadge status={BADGES[status]} className="-ml-1.5" />}>
                {latency_ms === null || status === "unhealthy"
                  ? t(`${name}_${status}`)
                  : t("answersIn", { time: joinUnit(formatUnit(latency_ms, "ms", locale)) })}
              </Standing>
            ),
          })),
          { label: t("cost"), value: own.join(", ") },
          { label: t("uptime"), value: <Age since={startedAt} asOf={asOf} /> },
        ]}
      />
    </Card>
  );
}

function Standing({ badge, children }: { badge: ReactNode; children: ReactNode }) {
  return (
    <span className="flex items-center justify-between gap-3">
      {badge}
      <span className="text-right text-muted-foreground">{children}</span>
    </span>
  );
}
