import { z } from "zod";
import { EXPORT_FORMATS, exportActivity } from "@/lib/activity/export";
import { listActivity } from "@/lib/activity/queries";
import { ACTIVITY_TYPES, activityPageSchema, MOST_EVENTS, SEARCH_CHARACTERS, SEVERITIES } from "@/lib/activity/schema";
import { dayFilter } from "@/lib/day-filter";
import { endpoint } from "@/lib/http/endpoint";
import { settings } from "@/lib/settings/queries";
import { dayRange } from "@/lib/time";

/** Words of a list, separated by commas or given as several parameters. */
const listOf = <Word extends string>(words: readonly Word[]) =>
  z
    .union([z.string(), z.array(z.string())])
    .transform((given) => [given].flat().flatMap((text) => text.split(",").map((word) => word.trim())))
    .transform((given) => given.filter((word) => word !== ""))
    .pipe(z.array(z.enum(words)));

export const GET = endpoint({
  summary: "What happened, newest first",
  description:
    "`next` is what to give as `before` for the following page; a walk by it shows nothing twice, and leaves out nothing that stood when it began. `type` and `severity` take several words, separated by commas. A date alone is its whole day in `tz`. `search` looks into message, target and those e-mails that you may see: all for administrators, else your own. With `format` all events that match come as a file, whatever `limit`, `offset` and `before`.",
  allow: "activity:read",
  query: z.object({
    limit: z.coerce.number().int().min(1).max(MOST_EVENTS).default(20),
    offset: z.coerce.number().int().min(0).max(1_000_000_000).default(0),
    before: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
    type: listOf(ACTIVITY_TYPES).default([]),
    severity: listOf(SEVERITIES).default([]),
    search: z.string().max(SEARCH_CHARACTERS).default(""),
    from: dayFilter.date_from,
    to: dayFilter.date_to,
    tz: dayFilter.tz,
    format: z.enum(EXPORT_FORMATS).optional(),
  }),
  response: activityPageSchema,
  run: async ({ actor, query: { type, severity, search, from, to, tz, format, ...page } }) => {
    const zone = tz ?? actor.timeZone ?? (await settings()).time_zone;
    const range = dayRange({ date_from: from, date_to: to, tz: zone });
    const filter = { types: type, severities: severity, search: search.trim(), ...range };
    if (!format) return listActivity(actor, { ...page, ...filter });
    return new Response(await exportActivity(actor, format, filter), {
      headers: {
        "content-type": format === "csv" ? "text/csv; charset=utf-8" : "application/json",
        "content-disposition": `attachment; filename="dozor-activity.${format}"`,
      },
    });
  },
});
