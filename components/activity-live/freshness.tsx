import { CirclePause, Clock3 } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { formatAge, formatTime } from "@/lib/format";
import { useClock, useTimeZone } from "../clock";
import { Badge } from "../ui/badge";

interface FreshnessProps {
  /** When the server told what shows, by the browser's clock (ms). */
  asked: number;
  stale: boolean;
  paused: boolean;
}

/** Says so where what shows is not of now. */
export function Freshness({ asked, stale, paused }: FreshnessProps) {
  const t = useTranslations("activityLive.fresh");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const clock = useClock();
  if (!stale && !paused) return null;
  const time = formatTime(new Date(asked), { locale, timeZone, style: "time" });
  const age = formatAge(((clock ?? asked) - asked) / 1_000, locale);
  const Icon = paused ? CirclePause : Clock3;
  return (
    <Badge tone="idle">
      <Icon aria-hidden />
      {t(paused ? "paused" : "stale", { time, age })}
    </Badge>
  );
}
