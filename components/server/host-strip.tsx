"use client";
import { Clock } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { formatAge, formatBytes, formatDuration, formatNumber, formatUnit, unitSymbol } from "@/lib/format";
import type { Thresholds } from "@/lib/health/schema";
import type { ContainerFacts, HostFacts } from "@/lib/host/schema";
import { levelOf } from "../bar";
import { scaledUnit } from "../charts/unit-scale";
import { useClock } from "../clock";
import { Badge } from "../ui/badge";
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
  /** Older values are shown as stale. */
  staleSeconds: number;
}

/** What the machine is, and how it does right now. */
export function HostStrip({ server, initial, facts, thresholds, asOf, staleSeconds }: HostStripProps) {
  const t = useTranslations("server");
  const locale = useLocale();
  const latest = useLatest(server, initial);
  const now = hostNow(latest);
  const seconds = useNow(asOf);
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
  const age = seconds - oldestAt(latest, asOf);
  const stale = age > staleSeconds && (
    <Badge tone="warn">
      <Clock aria-hidden />
      {t("staleValues", { age: formatAge(age, locale) })}
    </Badge>
  );
  const told: ReactNode[] = useMachineFacts(facts, seconds);
  return <FactsStrip facts={stale ? [...told, stale] : told} values={values} />;
}

/** The server's time, in seconds. */
function useNow(asOf: number): number {
  const clock = useClock();
  const skew = useMemo(() => asOf - Date.now() / 1000, [asOf]);
  return clock === null ? asOf : clock / 1000 + skew;
}

/** When the oldest of the shown values were read; what was never read is not known, and no older. */
function oldestAt(latest: Probes, otherwise: number): number {
  const times = ["cpu", "memory", "disk", "network"].flatMap((probe) => latest[probe]?.ts ?? []);
  return times.length === 0 ? otherwise : Math.min(...times.map((ts) => Date.parse(ts) / 1000));
}

function useMachineFacts(facts: HostFacts | null, now: number): string[] {
  const t = useTranslations("server");
  const locale = useLocale();
  if (!facts) return [t("noFacts")];
  const cores = facts.core_count === null ? null : t("cores", { count: facts.core_count });
  const memory = facts.memory_total_bytes === null ? null : formatBytes(facts.memory_total_bytes, locale);
  const booted = facts.boot_time === null ? null : Date.parse(facts.boot_time) / 1000;
  const uptime = booted === null ? null : now - booted;
  return [
    [machineKind(facts, t), cores, memory].filter(Boolean).join(", "),
    ...containerFacts(facts.container, t, locale),
    t("kernel", { version: facts.kernel }),
    uptime === null ? "" : t("up", { time: formatDuration(uptime, locale) }),
  ].filter(Boolean);
}

/** Whose numbers these are. Under LXC the files that tell them may be the container's own. */
function containerFacts(
  container: ContainerFacts | null,
  t: ReturnType<typeof useTranslations<"server">>,
  locale: string,
) {
  if (!container) return [];
  const { cpu_limit_cores: cores, memory_limit_bytes: memory } = container;
  const limits = [cores !== null && t("cores", { count: cores }), memory !== null && formatBytes(memory, locale)];
  const known = limits.filter(Boolean).join(", ");
  return [container.kind !== "lxc" && t("hostNumbers"), known && t("containerLimit", { limits: known })].filter(
    (one) => typeof one === "string",
  );
}

function machineKind(facts: HostFacts, t: ReturnType<typeof useTranslations<"server">>): string {
  if (facts.container) return t("container", { kind: facts.container.kind });
  if (facts.virtualisation) return t("guest", { kind: facts.virtualisation });
  return facts.model ?? facts.cpu_model ?? facts.hostname;
}
