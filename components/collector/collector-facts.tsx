import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { Collector } from "@/lib/collector/schema";
import { formatNumber, NO_VALUE } from "@/lib/format";
import { cn } from "@/lib/utils";
import { Age } from "../age";
import { Card } from "../ui/card";

interface CollectorFactsProps {
  collector: Collector;
  asOf: number;
}

/** Who collects, and whether what was collected is stored. */
export function CollectorFacts({ collector, asOf }: CollectorFactsProps) {
  const t = useTranslations("collector.facts");
  const locale = useLocale();
  const { samples, history } = collector;
  const number = (value: number | null) => (value === null ? NO_VALUE : formatNumber(value, locale, 0));
  const age = (at: string | null) => (at === null ? t("none") : <Age since={at} asOf={asOf} ago />);
  return (
    <Card className="mb-3">
      <dl className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] gap-x-4 gap-y-2 p-3">
        <Fact name={t("instances")}>
          <Instances instances={collector.instances} />
        </Fact>
        <Fact name={t("waiting")}>{number(samples.waiting)}</Fact>
        <Fact name={t("dropped")} bad={(samples.dropped ?? 0) > 0}>
          {number(samples.dropped)}
          <span className="ml-1 text-muted-foreground text-xs">{t("since")}</span>
        </Fact>
        <Fact name={t("oldest")}>{age(history.oldest_unsealed_at)}</Fact>
        <Fact name={t("cleanup")}>{age(history.last_cleanup_at)}</Fact>
        <Fact name={t("maintenanceAt")}>{age(history.last_maintenance_at)}</Fact>
      </dl>
    </Card>
  );
}

function Fact({ name, bad, children }: { name: string; bad?: boolean; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted-foreground text-xs">{name}</dt>
      <dd className={cn("text-sm tabular-nums", bad && "font-medium text-crit-text")}>{children}</dd>
    </div>
  );
}

function Instances({ instances }: Pick<Collector, "instances">) {
  const t = useTranslations("collector.facts");
  if (instances.length === 0) return <span className="text-crit-text">{t("noInstance")}</span>;
  return (
    <>
      {instances.map(({ name, servers, duties }) => (
        <span key={name} className="block [overflow-wrap:anywhere]">
          {t("instance", { name, servers })}
          {duties.length > 0 && (
            <span className="block text-muted-foreground text-xs">{duties.map((duty) => t(duty)).join(", ")}</span>
          )}
        </span>
      ))}
    </>
  );
}
