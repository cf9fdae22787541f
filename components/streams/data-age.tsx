"use client";
import { useLocale, useTranslations } from "next-intl";
import { formatAge, formatTime } from "@/lib/format";
import type { Channel } from "@/lib/streams/schema";
import { cn } from "@/lib/utils";
import { useTimeZone } from "../clock";
import { useServerNow } from "./stream-clock";

/** How long ago something was heard of a channel; of a silent one it says that this is old. */
export function DataAge({
  channel: { status, last_activity },
}: {
  channel: Pick<Channel, "status" | "last_activity">;
}) {
  const t = useTranslations();
  const locale = useLocale();
  const timeZone = useTimeZone();
  const now = useServerNow();
  const age = t("common.ago", { age: formatAge((now - Date.parse(last_activity)) / 1_000, locale) });
  const silent = status === "unknown";
  return (
    <time
      dateTime={last_activity}
      title={formatTime(new Date(last_activity), { locale, timeZone, style: "datetime" })}
      className={cn("shrink-0 text-xs", silent ? "text-warn-text" : "text-muted-foreground")}
    >
      {silent ? t("streams.stale", { age }) : age}
    </time>
  );
}
