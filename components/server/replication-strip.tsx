"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatBytes, formatDuration, formatNumber } from "@/lib/format";
import { FactsStrip, type KeyValue } from "./facts-strip";
import type { Probes } from "./newest";
import { type Replication, replicationOf } from "./replication";
import { useLatest } from "./use-latest";

/** The server's part in replication, and what may need a person. */
export function ReplicationStrip({ server, initial }: { server: string; initial: Probes }) {
  const t = useTranslations("server");
  const locale = useLocale();
  const now = replicationOf(useLatest(server, initial));
  const plain = (label: string, value: number | null, text: string): KeyValue => ({
    label,
    value: value === null ? t("unknown") : text,
    unit: "",
    unknown: value === null,
  });
  const number = (value: number | null) => formatNumber(value, locale, 0);
  const standby: KeyValue[] = [
    plain(t("replayDelay"), now.replayDelaySeconds, formatDuration(now.replayDelaySeconds, locale)),
    plain(t("receivedNotReplayed"), now.replayDelayBytes, formatBytes(now.replayDelayBytes, locale)),
  ];
  return (
    <FactsStrip
      facts={[roleOf(now, t)]}
      values={[
        ...(now.role === "standby" ? standby : []),
        plain(t("followers"), now.senders, number(now.senders)),
        plain(t("retainedMost"), now.retainedBytes, formatBytes(now.retainedBytes, locale)),
        {
          ...plain(t("unreadSlots"), now.inactiveSlots, number(now.inactiveSlots)),
          level: now.inactiveSlots ? "warning" : "normal",
        },
        ...(now.lostSlots
          ? [{ ...plain(t("lostSlots"), now.lostSlots, number(now.lostSlots)), level: "critical" as const }]
          : []),
      ]}
    />
  );
}

function roleOf(now: Replication, t: ReturnType<typeof useTranslations<"server">>): string {
  if (now.role === null) return t("soon");
  if (now.role === "primary") return t("rolePrimary");
  if (now.receiverStatus === null) return t("roleAlone");
  return t("roleStandby", { upstream: now.upstream ?? t("unknown"), status: now.receiverStatus });
}
