// When a file system will be full, in words.
import { useLocale, useTranslations } from "next-intl";
import type { Forecast } from "@/lib/fleet/forecast";
import { formatBytes, formatNumber } from "@/lib/format";
import type { Level } from "../bar";

/** Nearer than that somebody has to act, or to plan. */
const CRITICAL_DAYS = 7;
const WARNING_DAYS = 30;

interface FullInText {
  text: string;
  /** What it is judged by. */
  title: string;
  /** Where it fills up in a time that can be told. */
  level?: Level;
}

export function useFullIn(): (forecast: Forecast | undefined) => FullInText {
  const t = useTranslations("server");
  const locale = useLocale();
  return (forecast) => {
    if (!forecast || forecast.bytesPerDay === null) return { text: t("tooEarly"), title: t("forecastNeeds") };
    const { days, bytesPerDay, basis } = forecast;
    const title = t("growthPerDay", {
      size: formatBytes(Math.abs(bytesPerDay), locale),
      direction: bytesPerDay > 0 ? "fills" : bytesPerDay < 0 ? "empties" : "still",
      days: formatNumber(basis, locale, 0),
    });
    if (days === null) return { text: bytesPerDay > 0 ? t("overTwoYears") : t("notFilling"), title };
    const count = days < 10 ? Math.round(days * 10) / 10 : Math.round(days);
    const level = days < CRITICAL_DAYS ? "critical" : days < WARNING_DAYS ? "warning" : "normal";
    return { text: t("inDays", { count }), title, level };
  };
}

/** The forecast of the file system that will be full first; without any, none. */
export function soonest(forecasts: readonly Forecast[]): Forecast | undefined {
  const order = ({ days, bytesPerDay }: Forecast) =>
    bytesPerDay === null ? Number.POSITIVE_INFINITY : (days ?? Number.MAX_VALUE);
  return forecasts.toSorted((a, b) => order(a) - order(b))[0];
}
