"use client";
import { Activity, Search } from "lucide-react";
import Link from "next/link";
import { useLocale, useTranslations } from "next-intl";
import type { ActivityPage } from "@/lib/activity/schema";
import type { Role } from "@/lib/users/permissions";
import { useTimeZone } from "../clock";
import { Button } from "../ui/button";
import { Card } from "../ui/card";
import { Empty } from "../ui/empty";
import { type ActivityQuery, isFiltered } from "./address";
import { byDay } from "./days";
import { EventRow } from "./event-row";
import { useFeed } from "./use-feed";

interface ActivityFeedProps {
  initial: ActivityPage;
  query: ActivityQuery;
  role: Role;
  /** The server's time when the page was made, ms. */
  asOf: number;
}

/** What happened, day by day, newest first and live; older events come on demand. */
export function ActivityFeed({ initial, query, role, asOf }: ActivityFeedProps) {
  const t = useTranslations("activity");
  const locale = useLocale();
  const timeZone = useTimeZone();
  const { events, next, state, loadOlder } = useFeed(initial, query);
  if (events.length === 0) return <NothingHappened filtered={isFiltered(query)} />;
  const heading = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" });
  return (
    <div className="grid gap-3">
      {byDay(events, timeZone).map((day) => (
        <section key={day.date} aria-labelledby={`day-${day.date}`}>
          <h2 id={`day-${day.date}`} className="mb-1.5 px-1 text-sm font-semibold">
            {heading.format(new Date(`${day.date}T00:00:00Z`))}
          </h2>
          <Card>
            <ol>
              {day.events.map((event) => (
                <EventRow key={event.id} event={event} role={role} asOf={asOf} timeZone={timeZone} />
              ))}
            </ol>
          </Card>
        </section>
      ))}
      <div className="flex items-center justify-center gap-3 text-sm text-muted-foreground">
        {state === "failed" && <span role="alert">{t("olderFailed")}</span>}
        {next === null ? (
          <span>{t("end")}</span>
        ) : (
          <Button onClick={loadOlder} disabled={state === "loading"}>
            {t(state === "loading" ? "loading" : "older")}
          </Button>
        )}
      </div>
    </div>
  );
}

function NothingHappened({ filtered }: { filtered: boolean }) {
  const t = useTranslations("activity");
  return (
    <Card>
      {filtered ? (
        <Empty icon={Search} title={t("noMatch")} text={t("noMatchText")}>
          <Button asChild size="sm">
            <Link href="/activity">{t("clear")}</Link>
          </Button>
        </Empty>
      ) : (
        <Empty icon={Activity} title={t("emptyTitle")} text={t("empty")} />
      )}
    </Card>
  );
}
