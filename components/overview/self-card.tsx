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
  /** Samples that wait for its database, and those lost in the last 24 hours. */
  samples: { waiting: number; lost: number };
  asOf: number;
}

const BADGES = { healthy: "healthy", degraded: "warning", unhealthy: "critical", unknown: "unknown" } as const;

/** Whether Dozor itself is well: what it stands on, and what it costs. */
export function SelfCard({ health, cost, samples, asOf }: SelfCardProps) {
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
          { label: t("samples"), value: samples.waiting + samples.lost > 0 && <Samples {...samples} /> },
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

/** Said only when there is something to say. */
function Samples({ waiting, lost }: SelfCardProps["samples"]) {
  const t = useTranslations("overview.self");
  const said = [waiting > 0 && t("samplesWaiting", { count: waiting }), lost > 0 && t("samplesLost", { count: lost })];
  return (
    <span className="flex items-center justify-between gap-3">
      <StatusBadge status={lost > 0 ? "critical" : "warning"} />
      <span className="text-right text-muted-foreground">{said.filter(Boolean).join(", ")}</span>
    </span>
  );
}
