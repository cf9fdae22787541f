import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatNumber } from "@/lib/format";
import type { HostFacts } from "@/lib/host/schema";
import { Age } from "../age";
import { Card, CardHead } from "../ui/card";
import { FactList } from "./fact-list";

interface MachineCardProps {
  /** Null until they were read. */
  facts: HostFacts | null;
  asOf: number;
}

/** What this machine is. */
export function MachineCard({ facts, asOf }: MachineCardProps) {
  const t = useTranslations("overview.machine");
  return (
    <Card>
      <CardHead title={t("title")} meta={facts?.hostname} />
      {facts ? (
        <Facts facts={facts} asOf={asOf} />
      ) : (
        <p className="p-3 text-sm text-muted-foreground">{t("notRead")}</p>
      )}
    </Card>
  );
}

function Facts({ facts, asOf }: { facts: HostFacts; asOf: number }) {
  const t = useTranslations("overview.machine");
  const locale = useLocale();
  const { container } = facts;
  const cores = facts.core_count && t("cores", { count: facts.core_count });
  const limits = container && [
    container.cpu_limit_cores !== null && t("cpuLimit", { cores: formatNumber(container.cpu_limit_cores, locale) }),
    container.memory_limit_bytes !== null && formatBytes(container.memory_limit_bytes, locale),
  ];
  return (
    <FactList
      facts={[
        { label: t("system"), value: facts.os },
        { label: t("kernel"), value: <span className="mono">{`${facts.kernel} ${facts.arch}`}</span> },
        { label: t("processor"), value: [facts.cpu_model, cores].filter(Boolean).join(", ") },
        { label: t("memory"), value: facts.memory_total_bytes && formatBytes(facts.memory_total_bytes, locale) },
        { label: t("model"), value: [facts.manufacturer, facts.model].filter(Boolean).join(" ") },
        {
          label: t("virtualisation"),
          value: facts.virtualisation === "unknown" ? t("someHypervisor") : facts.virtualisation,
        },
        { label: t("container"), value: container && [container.kind, ...(limits ?? [])].filter(Boolean).join(", ") },
        { label: t("uptime"), value: facts.boot_time && <Age since={facts.boot_time} asOf={asOf} /> },
      ]}
    />
  );
}
