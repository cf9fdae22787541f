// Events under the days on which they happened, by the clock of whoever looks. Pure.
import type { ActivityEvent } from "@/lib/activity/schema";

interface Day {
  /** 2026-11-22, in the viewer's time zone. */
  date: string;
  events: ActivityEvent[];
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The date of a moment in a zone: 2026-11-22. */
function dateIn(moment: Date, timeZone: string): string {
  const parts = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
  const format = formats.get(timeZone) ?? new Intl.DateTimeFormat("en-CA", { ...parts, timeZone });
  formats.set(timeZone, format);
  return format.format(moment);
}

/**
 * Keeps the order of events. One that was begun before midnight and written down after others of the next day stays
 * where it is, under that day: no day gets two headings.
 */
export function byDay(events: readonly ActivityEvent[], timeZone: string): Day[] {
  const days: Day[] = [];
  for (const event of events) {
    const date = dateIn(new Date(event.created_at), timeZone);
    const open = days.at(-1);
    if (open && open.date <= date) open.events.push(event);
    else days.push({ date, events: [event] });
  }
  return days;
}
