// What happened to a server in the shown time, for the time axes of its charts.
import { getTranslations } from "next-intl/server";
import { type EventMark, markOf } from "@/components/activity/marks";
import type { TimeSpan } from "@/components/charts/frame";
import { readAbout } from "@/lib/activity/queries";
import { type Actor, can } from "@/lib/users/permissions";

/** Marks of a server's events; none for whoever may not read the feed. */
export async function readMarks(actor: Actor, server: number, { from, to }: TimeSpan): Promise<EventMark[]> {
  if (!can(actor, "activity:read")) return [];
  const t = await getTranslations("activity.text");
  const events = await readAbout(actor, {
    target: { kind: "server", id: String(server) },
    from: new Date(from * 1000),
    to: new Date(to * 1000),
  });
  return events.map((event) => markOf(event, t));
}
