import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatPercent, formatUnit, joinUnit } from "@/lib/format";
import type { Health } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
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

const BADGES = { healthy: "healthy", degraded: "warning", unhealthy: "critical", unknown: "unknown" } as const;

/** Whether Dozor itself is well: what it stands on, and what it costs. */
export function SelfCard({ health, cost, asOf }: SelfCardProps) {
  const t = useTranslations("overview.self");
  const locale = useLocale();
  const startedAt = new Date(Date.parse(health.timestamp) - health.uptime_seconds * 1_000).toISOString();
  const away = health.dependencies.some(({ name, status }) => name === "database" && status === "unhealthy");
  const own = [
    cost.cpuPercent !== null && t("cpu", { percent: formatPercent(cost.cpuPercent, locale) }),
    cost.memoryBytes !== null && formatBytes(cost.memoryBytes, locale),
  ].filter(Boolean);
  return (
    <Card>
      <CardHead title={t("title")} meta={t("version", { version: health.version })} />
      <FactList
        facts={[
          ...health.dependencies.map((dependency) => ({
            label: t(dependency.name),
            value: <Standing {...dependency} status={away ? statusWithout(dependency) : dependency.status} />,
          })),
          { label: t("cost"), value: own.join(", ") },
          { label: t("uptime"), value: <Age since={startedAt} asOf={asOf} /> },
        ]}
      />
    </Card>
  );
}

type Dependency = Health["dependencies"][number];

/** Without its database nothing is known of the rest. */
function statusWithout({ name, status }: Dependency) {
  return name === "database" ? status : "unknown";
}

type StandingProps = Pick<Dependency, "name" | "latency_ms"> & { status: keyof typeof BADGES };

function Standing({ name, latency_ms, status }: StandingProps) {
  const t = useTranslations("overview.self");
  const locale = useLocale();
  return (
    <span className="flex items-center justify-between gap-3">
      <StatusBadge status={BADGES[status]} className={cn(status === "healthy" && "-ml-1.5")} />
      <span className="text-right text-muted-foreground">
        {latency_ms === null
          ? t(`${name}_${status}`)
          : t("answersIn", { time: joinUnit(formatUnit(latency_ms, "ms", locale)) })}
      </span>
    </span>
  );
}
