import { Activity, Clock3, RefreshCw, WifiOff } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatAge } from "@/lib/format";
import { cn } from "@/lib/utils";
import { useClock } from "../clock";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";

const LOOKS = {
  connecting: { icon: Activity, className: "border-idle-line bg-idle-soft text-idle-text" },
  live: { icon: Activity, className: "border-ok-line bg-ok-soft text-ok-text" },
  polling: { icon: RefreshCw, className: "border-info-line bg-info-soft text-info-text" },
  reconnecting: { icon: WifiOff, className: "border-warn-line bg-warn-soft text-warn-text" },
  stale: { icon: Clock3, className: "border-warn-line bg-warn-soft text-warn-text" },
} as const;

/** Whether the page is fed, and how old its newest value is. */
export function LiveBadge() {
  const t = useTranslations("live");
  const common = useTranslations("common");
  const locale = useLocale();
  const { state, lastMessageAt } = useMonitoringWebSocket();
  const now = useClock();
  const shown = state === "reconnecting" && lastMessageAt === null ? "connecting" : state;
  const { icon: Icon, className } = LOOKS[shown];
  return (
    <span
      data-live={shown}
      className={cn(
        "inline-flex h-[30px] items-center gap-1.5 whitespace-nowrap rounded-md border px-2 text-xs font-medium max-md:h-9",
        className,
      )}
    >
      <Icon aria-hidden className="icon-14" />
      {t(shown)}
      {now !== null && lastMessageAt !== null && (
        <span className="font-normal max-md:hidden">
          {common("ago", { age: formatAge((now - lastMessageAt) / 1_000, locale) })}
        </span>
      )}
    </span>
  );
}
