"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatDuration, formatNumber, formatUnit, unitSymbol } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import type { HostFacts } from "@/lib/host/schema";
import { levelOf } from "../bar";
import { scaledUnit } from "../charts/unit-scale";
import { useClock } from "../clock";
import { FactsStrip, type KeyValue } from "./facts-strip";
import { hostNow, type Probes } from "./newest";
import { useLatest } from "./use-latest";

interface HostStripProps {
  server: string;
  initial: Probes;
  facts: HostFacts | null;
  thresholds: Thresholds;
  /** The server's time when the page was made, in seconds. */
  asOf: number;
}

/** What the machine is, and how it does right now. */
export function HostStrip({ server, initial, facts, thresholds, asOf }: HostStripProps) {
  const t = useTranslations("server");
  const locale = useLocale();
  const now = hostNow(useLatest(server, initial));
  const network = scaledUnit("bit/s", now.networkBytesPerSecond ?? 0);
  const percent = (label: string, value: number | null, marks: { warning: number; critical: number }): KeyValue => ({
    label,
    value: value === null ? t("unknown") : formatNumber(value, locale, 1),
    unit: value === null ? "" : "%",
    level: levelOf(value, marks),
    unknown: value === null,
  });
  const fullest = percent(t("fullest"), now.fullest?.usedPercent ?? null, thresholds.disk_percent);
  const latency = formatUnit(now.writeLatencyMs, "ms", locale);
  const values: KeyValue[] = [
    percent(t("cpu"), now.cpuPercent, thresholds.cpu_percent),
    percent(t("memory"), now.memoryPercent, thresholds.ram_percent),
    { ...fullest, unit: now.fullest ? `% ${now.fullest.mount}` : "" },
    {
      label: t("writeLatency"),
      ...latency,
      level: levelOf(now.writeLatencyMs, thresholds.latency_ms),
      unknown: now.writeLatencyMs === null,
    },
    {
      label: t("network"),
      value:
        now.networkBytesPerSecond === null
          ? t("unknown")
          : formatNumber(now.networkBytesPerSecond * network.factor, locale),
      unit: now.networkBytesPerSecond === null ? "" : unitSymbol(network.symbol, locale),
      unknown: now.networkBytesPerSecond === null,
    },
  ];
  return <FactsStrip facts={useMachineFacts(facts, asOf)} values={values} />;
}

function useMachineFacts(facts: HostFacts | null, asOf: number): string[] {
  const t = useTranslations("server");
  const locale = useLocale();
  const clock = useClock();
  if (!facts) return [t("noFacts")];
  const cores = facts.core_count === null ? null : t("cores", { count: facts.core_count });
  const memory = facts.memory_total_bytes === null ? null : formatBytes(facts.memory_total_bytes, locale);
  const booted = facts.boot_time === null ? null : Date.parse(facts.boot_time) / 1000;
  const uptime = booted === null ? null : (clock === null ? asOf : clock / 1000) - booted;
  return [
    [machineKind(facts, t), cores, memory].filter(Boolean).join(", "),
    t("kernel", { version: facts.kernel }),
    uptime === null ? "" : t("up", { time: formatDuration(uptime, locale) }),
  ].filter(Boolean);
}

function machineKind(facts: HostFacts, t: ReturnType<typeof useTranslations<"server">>): string {
  if (facts.container) return t("container", { kind: facts.container.kind });
  if (facts.virtualisation) return t("guest", { kind: facts.virtualisation });
  return facts.model ?? facts.cpu_model ?? facts.hostname;
}
