import { useLocale, useTranslations } from "next-intl";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatTime } from "@/lib/format";
import type { Role } from "@/lib/users/permissions";
import { Age } from "../age";
import { Badge } from "../ui/badge";
import { EventIcon } from "./event-icon";
import { EventText } from "./event-text";
import { targetHref } from "./links";
import { isKnown, SEVERITY_TONES } from "./looks";

interface EventRowProps {
  event: ActivityEvent;
  role: Role;
  /** The server's time when the page was made, ms. */
  asOf: number;
  timeZone: string;
}

/** One event of the feed: when, what, of which kind, by whom, how long ago. */
export function EventRow({ event, role, asOf, timeZone }: EventRowProps) {
  const t = useTranslations("activity");
  const locale = useLocale();
  const by = event.user_email && event.user_email !== event.actor ? event.user_email : null;
  return (
    <li className="grid grid-cols-[auto_22px_minmax(0,1fr)_auto] items-start gap-x-3 border-b px-3 py-2 last:border-b-0 max-md:grid-cols-[22px_minmax(0,1fr)]">
      <span className="pt-0.5 font-mono text-xs text-muted-foreground max-md:hidden">
        {formatTime(new Date(event.created_at), { locale, timeZone, style: "time" })}
      </span>
      <EventIcon event={event} />
      <div className="min-w-0">
        <p className="break-words text-sm text-foreground-2">
          <EventText event={event} href={targetHref(event, role)} />
        </p>
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 text-xs text-muted-foreground">
          {event.severity !== "info" && (
            <Badge tone={SEVERITY_TONES[event.severity]}>{t(`severities.${event.severity}`)}</Badge>
          )}
          <span>{isKnown(event.type) ? t(`types.${event.type}`) : event.type}</span>
          {event.actor && <span className="truncate">{t("by", { name: event.actor })}</span>}
          {by && <span className="truncate">{by}</span>}
          <span className="md:hidden">
            <Age since={event.created_at} asOf={asOf} ago />
          </span>
        </p>
      </div>
      <Age since={event.created_at} asOf={asOf} ago className="pt-0.5 text-xs text-muted-foreground max-md:hidden" />
    </li>
  );
}
