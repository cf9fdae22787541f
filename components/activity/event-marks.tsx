"use client";
// The events of a server as marks on all charts of its page, and as a list; new ones as they happen.
import { useTranslations } from "next-intl";
import { type ReactNode, useMemo } from "react";
import { MarkList } from "../charts/mark-list";
import { MarksProvider } from "../charts/marks-context";
import { useLiveActivity } from "../live/use-live-activity";
import { concerns, type EventMark, markOf } from "./marks";

interface EventMarksProps {
  /** Number of the server. */
  server: number;
  /** Those of the shown period when the page was made. */
  initial: readonly EventMark[];
  /** Beside the list. */
  beside?: ReactNode;
  children: ReactNode;
}

export function EventMarks({ server, initial, beside, children }: EventMarksProps) {
  const t = useTranslations("activity.text");
  const { events } = useLiveActivity();
  const marks = useMemo(() => {
    const known = new Set(initial.map(({ id }) => id));
    const more = events.filter((event) => !known.has(event.id) && concerns(event, server));
    return [...initial, ...more.map((event) => markOf(event, t))];
  }, [initial, events, server, t]);
  return (
    <MarksProvider marks={marks}>
      <div className="mb-2.5 flex flex-wrap items-start gap-x-4 gap-y-2 empty:hidden">
        {beside}
        <MarkList marks={marks} />
      </div>
      {children}
    </MarksProvider>
  );
}
