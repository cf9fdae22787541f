import { Pause } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { SESSION_INTERVALS } from "@/lib/fleet/sessions-schema";
import { formatAge } from "@/lib/format";
import { Segmented, SegmentedItem } from "../ui/segmented";
import type { ActivityQuery } from "./address";

interface PaceProps {
  every: ActivityQuery["every"];
  onChange(every: ActivityQuery["every"]): void;
}

/** How often the sessions are read, or not at all. */
export function Pace({ every, onChange }: PaceProps) {
  const t = useTranslations("activityLive.pace");
  const locale = useLocale();
  return (
    <Segmented aria-label={t("title")}>
      {SESSION_INTERVALS.map((seconds) => (
        <SegmentedItem key={seconds} active={every === seconds} onClick={() => onChange(seconds)}>
          {formatAge(seconds, locale)}
        </SegmentedItem>
      ))}
      <SegmentedItem active={every === 0} onClick={() => onChange(0)} aria-label={t("pause")} title={t("pause")}>
        <Pause aria-hidden />
      </SegmentedItem>
    </Segmented>
  );
}
