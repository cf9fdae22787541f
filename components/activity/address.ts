// What of the feed a page shows, as it stands in its address. Pure.
import type { Severity } from "@/lib/activity/schema";
import { TYPES } from "./looks";

const SEVERITIES: readonly Severity[] = ["info", "warning", "error"];
const SEARCH_CHARACTERS = 100;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface ActivityQuery {
  /** All when empty. */
  types: readonly string[];
  severity: Severity | null;
  search: string;
  /** Days such as 2026-11-22, both included; empty for no bound. */
  from: string;
  to: string;
  /** Time zone of these days; empty for the viewer's own as the profile has it. */
  tz: string;
}

export const WHOLE_FEED: ActivityQuery = { types: [], severity: null, search: "", from: "", to: "", tz: "" };

export type SearchParams = Record<string, string | string[] | undefined>;

/** Reads an address; what makes no sense is as if it were absent. */
export function parseActivityQuery(parameters: SearchParams): ActivityQuery {
  const texts = (name: string) => [parameters[name] ?? []].flat();
  const text = (name: string) => texts(name)[0] ?? "";
  const day = (name: string) => (DAY.test(text(name)) && !Number.isNaN(Date.parse(text(name))) ? text(name) : "");
  const asked = new Set(texts("type").flatMap((one) => one.split(",")));
  const [from, to] = [day("from"), day("to")];
  return {
    types: TYPES.filter((type) => asked.has(type)),
    severity: SEVERITIES.find((severity) => severity === text("severity")) ?? null,
    search: text("search").trim().slice(0, SEARCH_CHARACTERS),
    from,
    to,
    tz: (from || to) && isTimeZone(text("tz")) ? text("tz") : "",
  };
}

/** The query of address and API, without its question mark; what is not set is left out. */
export function activityParameters({ types, severity, search, from, to, tz }: ActivityQuery): URLSearchParams {
  const parameters = new URLSearchParams();
  if (types.length > 0) parameters.set("type", types.join(","));
  if (severity) parameters.set("severity", severity);
  if (search) parameters.set("search", search);
  if (from) parameters.set("from", from);
  if (to) parameters.set("to", to);
  if (tz && (from || to)) parameters.set("tz", tz);
  return parameters;
}

export function activityHref(query: ActivityQuery): string {
  const text = activityParameters(query).toString();
  return text ? `/activity?${text}` : "/activity";
}

export const isFiltered = (query: ActivityQuery): boolean => activityParameters(query).size > 0;

function isTimeZone(zone: string): boolean {
  try {
    return zone !== "" && Boolean(new Intl.DateTimeFormat("en", { timeZone: zone }));
  } catch {
    return false;
  }
}
