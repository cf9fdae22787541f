"use client";
import { useTranslations } from "next-intl";
import type { SystemMetrics, Thresholds } from "@/lib/health/schema";
import { HealthCard } from "./health-card";
import type { Hour } from "./hour";
import { SYSTEM_CARDS } from "./system-cards";
import { useLiveHour, useLiveMetrics } from "./use-live-metrics";

interface HealthCardsProps {
  metrics: SystemMetrics;
  hour: Hour;
  thresholds: Thresholds;
  /** Of the root file system, in bytes. */
  freeBytes: number | null;
}

/** The five numbers of this machine and Dozor's database, live. On a phone they are the rows of one card. */
export function HealthCards({ metrics, hour, thresholds, freeBytes }: HealthCardsProps) {
  const t = useTranslations("overview");
  const newest = useLiveMetrics(metrics);
  const window = useLiveHour(hour, newest);
  return (
    <section
      aria-label={t("health")}
      className="grid grid-cols-5 gap-3 max-xl:grid-cols-6 max-md:grid-cols-1 max-md:gap-0 max-md:overflow-hidden max-md:rounded-lg max-md:border max-md:bg-card"
    >
      {SYSTEM_CARDS.map((card) => (
        <HealthCard
          key={card.metric}
          card={card}
          metrics={newest}
          values={window.values[card.metric]}
          thresholds={thresholds[card.metric]}
          freeBytes={freeBytes}
        />
      ))}
    </section>
  );
}
