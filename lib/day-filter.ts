// The filter by days that every list takes, as query parameters.
import { z } from "zod";
import { isDayOrTime, isTimeZone } from "./time";

/** A field that a form left empty asks for nothing. */
const orNothing = (fits: (text: string) => boolean, message: string, most: number) =>
  z
    .string()
    .max(most)
    .refine((text) => text === "" || fits(text), message)
    .transform((text) => text || undefined);

const bound = (what: string) =>
  orNothing(isDayOrTime, "must be a date (2026-11-22) or a time (2026-11-22T10:00:00Z)", 40).optional().describe(what);

/** For `dayRange`; `tz` left out means the viewer's zone, else that of the settings. */
export const dayFilter = {
  date_from: bound("From this day or moment on"),
  date_to: bound("Up to this day or moment, which is included"),
  tz: orNothing(isTimeZone, "must name a time zone, such as Europe/Berlin", 64)
    .optional()
    .describe("Time zone of dates; the viewer's own by default"),
};
