"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatNumber, formatPercent, formatRate } from "@/lib/format";
import { FactsStrip, type KeyValue } from "./facts-strip";
import { asNumber, rowsOf } from "./locate";
import { type Probes, postgresNow } from "./newest";
import { useLatest } from "./use-latest";

/** From this share of requested checkpoints on, max_wal_size is most often too small. */
const MANY_REQUESTED_PERCENT = 50;
/** Of fewer checkpoints a share says nothing. */
const ENOUGH = 10;

/** How checkpoints began since their counters were reset, and what is written right now. */
export function WalStrip({ server, initial }: { server: string; initial: Probes }) {
  const t = useTranslations("server");
  const locale = useLocale();
  const probes = useLatest(server, initial);
  const total = (name: string) => asNumber(rowsOf(probes.checkpoints?.data)[0]?.values[name]);
  const [timed, requested] = [total("timed"), total("requested")];
  const all = timed === null || requested === null ? null : timed + requested;
  const share = all === null || all < ENOUGH ? null : (100 * (requested ?? 0)) / all;
  const wal = asNumber(rowsOf(probes.instance?.data)[0]?.values.wal_bytes_per_sec);
  const plain = (label: string, value: number | null, text: string): KeyValue => ({
    label,
    value: value === null ? t("unknown") : text,
    unit: "",
    unknown: value === null,
  });
  return (
    <FactsStrip
      facts={[t("checkpointsSince")]}
      values={[
        plain(t("timedCheckpoints"), timed, formatNumber(timed, locale, 0)),
        plain(t("requestedCheckpoints"), requested, formatNumber(requested, locale, 0)),
        {
          ...plain(t("requestedShare"), share, formatPercent(share, locale, 0)),
          level: share !== null && share >= MANY_REQUESTED_PERCENT ? "warning" : "normal",
        },
        plain(t("walNow"), wal, formatRate(wal, locale, "bytes")),
        plain(
          t("transactions"),
          postgresNow(probes).transactionsPerSecond,
          formatRate(postgresNow(probes).transactionsPerSecond, locale),
        ),
      ]}
    />
  );
}
