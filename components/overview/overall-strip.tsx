"use client";
import { CircleCheck, CircleDashed, type LucideIcon, OctagonX, TriangleAlert } from "lucide-react";
import { useFormatter, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { SystemMetric, SystemMetrics } from "@/lib/health/schema";
import { cn } from "@/lib/utils";
import { type Counts, type Overall, overallOf } from "./overall";
import { useLiveMetrics } from "./use-live-metrics";

interface OverallStripProps {
  counts: Counts;
  metrics: SystemMetrics;
  /** Short facts at the right end. */
  children?: ReactNode;
}

const LOOKS: Record<Overall["tone"], { icon: LucideIcon; frame: string; iconTone: string; text: string }> = {
  ok: { icon: CircleCheck, frame: "bg-card", iconTone: "text-ok", text: "" },
  idle: { icon: CircleDashed, frame: "border-idle-line bg-idle-soft", iconTone: "text-idle", text: "" },
  warn: { icon: TriangleAlert, frame: "border-warn-line bg-warn-soft", iconTone: "text-warn", text: "text-warn-text" },
  crit: { icon: OctagonX, frame: "border-crit-line bg-crit-soft", iconTone: "text-crit", text: "text-crit-text" },
};

/** How everything is, in words. */
export function OverallStrip({ counts, metrics, children }: OverallStripProps) {
  const overall = overallOf(counts, useLiveMetrics(metrics));
  const { icon: Icon, frame, iconTone, text } = LOOKS[overall.tone];
  const fleet = <FleetSentence counts={counts} />;
  const machine = <MachineSentence {...overall} />;
  const [first, second] = overall.first === "fleet" ? [fleet, machine] : [machine, fleet];
  return (
    <section
      data-tone={overall.tone}
      className={cn("flex min-h-[38px] items-center gap-2.5 rounded-lg border px-3 py-2 max-md:items-start", frame)}
    >
      <Icon aria-hidden className={cn("icon-16 size-[18px] max-md:mt-px", iconTone)} />
      <p className="min-w-0 flex-1">
        <span className={cn("font-semibold", text)}>{first}</span>
        <span className="text-foreground-2 max-md:block">
          <span className="max-md:hidden">{" · "}</span>
          {second}
        </span>
      </p>
      <p className="flex shrink-0 items-center gap-2 text-xs text-foreground-2 max-lg:hidden">{children}</p>
    </section>
  );
}

function FleetSentence({ counts }: { counts: Counts }) {
  const t = useTranslations("overview.strip");
  const troubles = (["down", "degraded", "unknown"] as const).filter((status) => counts[status] > 0);
  if (troubles.length > 0) {
    return troubles
      .map((status, index) => t(index === 0 ? status : `${status}More`, { count: counts[status] }))
      .join(", ");
  }
  return counts.up > 0 ? t("allUp", { count: counts.up }) : t("none");
}

function MachineSentence({ critical, warning, tone }: Overall) {
  const t = useTranslations("overview");
  const format = useFormatter();
  const names = (metrics: SystemMetric[]) => format.list(metrics.map((metric) => t(`inline.${metric}`)));
  if (critical.length > 0) return t("strip.critical", { names: names(critical), count: critical.length });
  if (warning.length > 0) return t("strip.warning", { names: names(warning), count: warning.length });
  return tone === "idle" ? t("strip.partly") : t("strip.within");
}
