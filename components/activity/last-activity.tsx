"use client";
import { ChevronRight } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ActivityEvent } from "@/lib/activity/schema";
import { formatTime } from "@/lib/format";
import type { Role } from "@/lib/users/permissions";
import { cn } from "@/lib/utils";
import { useTimeZone } from "../clock";
import { merge } from "../live/activity-state";
import { useLiveActivity } from "../live/use-live-activity";
import { Card, CardHead } from "../ui/card";
import { EventIcon } from "./event-icon";
import { EventText } from "./event-text";
import { targetHref } from "./links";
import { isKnown } from "./looks";

const SHOWN = 10;
/** Of them in one column. */
const COLUMN = 5;

interface LastActivityProps {
  initial: readonly ActivityEvent[];
  role: Role;
}

/** The last ten events, as they happen; side by side where there is room. */
export function LastActivity({ initial, role }: LastActivityProps) {
  const t = useTranslations("activity");
  const { events, whole } = useLiveActivity();
  // The whole newest ones are all there is to know, but that the page shows its viewer's own e-mail.
  const shown = (whole ? events : merge(initial, events)).slice(0, SHOWN);
  return (
    <Card>
      <CardHead
        title={t("last")}
        actions={
          <Link href="/activity" className="flex items-center gap-1 text-xs font-medium text-primary-text">
            {t("full")}
            <ChevronRight aria-hidden className="icon-12" />
          </Link>
        }
      />
      {shown.length === 0 ? (
        <p className="p-3 text-sm text-muted-foreground">{t("emptyTitle")}</p>
      ) : (
        <ol className="grid grid-cols-1 gap-x-8 px-3 py-2 lg:grid-flow-col lg:grid-cols-2 lg:grid-rows-5">
          {shown.map((event, index) => (
            <Line key={event.id} event={event} role={role} index={index} of={shown.length} />
          ))}
        </ol>
      )}
    </Card>
  );
}

interface LineProps {
  event: ActivityEvent;
  role: Role;
  index: number;
  of: number;
}

function Line({ event, role, index, of }: LineProps) {
  const t = useTranslations("activity");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const at = new Date(event.created_at);
  const kind = isKnown(event.type) ? t(`types.${event.type}`) : event.type;
  return (
    <li className="relative flex items-center gap-3 py-1">
      {index < of - 1 && (
        <span
          aria-hidden
          // A line joins an event with the one below it.
          className={cn("absolute top-1/2 left-[59px] h-full w-px bg-border", index === COLUMN - 1 && "lg:hidden")}
        />
      )}
      <time
        dateTime={event.created_at}
        title={formatTime(at, { locale, timeZone, style: "datetime" })}
        className="w-9 shrink-0 font-mono text-xs text-muted-foreground"
      >
        {formatTime(at, { locale, timeZone, style: "time" }).slice(0, 5)}
      </time>
      <span className="relative" title={kind}>
        <EventIcon event={event} />
        <span className="sr-only">{`${t(`severities.${event.severity}`)}, ${kind}:`}</span>
      </span>
      <p className="min-w-0 truncate text-sm text-foreground-2" title={event.message}>
        <EventText event={event} href={targetHref(event, role)} />
      </p>
    </li>
  );
}
