"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatDuration, formatNumber, formatPercent, NO_VALUE, unitSymbol } from "@/lib/format";
import type { Channel } from "@/lib/streams/schema";
import { FactsStrip, type KeyValue } from "../server/facts-strip";
import { useServerNow } from "./stream-clock";

/** What a channel is now, and what today was like. */
export function ChannelFacts({ channel }: { channel: Channel }) {
  const t = useTranslations("streams.facts");
  const locale = useLocale();
  const now = useServerNow();
  const { started_at, bitrate_kbps, codec, last_error } = channel;
  const value = (label: string, shown: number | null, digits = 0, unit = ""): KeyValue => ({
    label,
    value: shown === null ? NO_VALUE : formatNumber(shown, locale, digits),
    unit: shown === null ? "" : unit,
    unknown: shown === null,
  });
  const uptime = (label: string, percent: number | null): KeyValue => ({
    label,
    value: formatPercent(percent, locale),
    unit: "",
    unknown: percent === null,
  });
  const facts = [
    started_at && t("onAir", { age: formatDuration((now - Date.parse(started_at)) / 1_000, locale) }),
    bitrate_kbps !== null && `${formatNumber(bitrate_kbps, locale, 0)}\u00a0${unitSymbol("kbit/s", locale)}`,
    codec,
    last_error && t("lastError", { message: last_error.message }),
  ].filter((fact): fact is string => typeof fact === "string" && fact !== "");
  return (
    <FactsStrip
      facts={facts}
      values={[
        value(t("listeners"), channel.listeners),
        value(t("peak"), channel.peak_today),
        value(t("average"), channel.average_listeners, 1),
        value(t("minutes"), Math.round(channel.listener_minutes)),
        value(t("queue"), channel.queue_size),
        uptime(t("uptime7"), channel.uptime_percent_7d),
        uptime(t("uptime30"), channel.uptime_percent_30d),
      ]}
    />
  );
}
