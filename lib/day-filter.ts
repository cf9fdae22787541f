// The filter by days that every list takes, as query parameters.
import { z } from "zod";
import { isDayOrTime, isTimeZone } from "./time";

const bound = (what: string) =>
  z.string().max(40).refine(isDayOrTime, "must be a date (2026-11-22) or a time (2026-11-22T10:00:00Z)").describe(what);

/** For `dayRange`; `tz` left out means the viewer's zone, else that of the settings. */
export const dayFilter = {
  date_from: bound("From this day or moment on").optional(),
  date_to: bound("Up to this day or moment, which is included").optional(),
  tz: z
    .string()
    .max(64)
    .refine(isTimeZone, "must name a time zone, such as Europe/Berlin")
    .describe("Time zone of dates; the viewer's own by default")
    .optional(),
};
