import { WifiOff } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatAge, formatTime } from "@/lib/format";
import { useClock, useTimeZone } from "../clock";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";
import { Button } from "../ui/button";

/** A lost connection is mended within seconds as a rule: tell people only when it was not. */
const PATIENCE_MS = 10_000;

/** Says that what is on the page is old, since when, and what can be done. */
export function LiveBanner() {
  const t = useTranslations("live");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const now = useClock();
  const { state, lastMessageAt, reconnectNow } = useMonitoringWebSocket();
  const waited = now === null || lastMessageAt === null ? 0 : now - lastMessageAt;
  const late = state === "stale" || (state === "reconnecting" && waited > PATIENCE_MS);
  if (!late) return <div role="status" className="sr-only" />;
  return (
    <div
      role="status"
      className="mx-4 mt-3 flex min-h-[38px] flex-wrap items-center gap-x-3 gap-y-1 rounded-lg border border-warn-line bg-warn-soft px-3 py-1 text-sm max-md:mx-3"
    >
      <WifiOff aria-hidden className="icon-16 text-warn" />
      <span className="font-semibold text-warn-text">{t("lateTitle")}</span>
      {/* The time stands still while the age counts: only the former is announced. */}
      <span className="text-foreground-2" aria-live="off">
        {lastMessageAt === null
          ? t("lateNever")
          : t("lateSince", {
              time: formatTime(new Date(lastMessageAt), { locale, timeZone, style: "time" }),
              age: formatAge(waited / 1_000, locale),
            })}
      </span>
      <Button size="sm" className="ml-auto" onClick={reconnectNow}>
        {t("reconnectNow")}
      </Button>
    </div>
  );
}
