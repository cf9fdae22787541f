// What of the system log a page shows, as it stands in its address. Pure.
import type { LogEntry, LogLevel } from "@/lib/syslog/schema";
import { isTimeZone } from "@/lib/time";

export const LEVELS: readonly LogLevel[] = ["error", "warning", "info"];
const DAY = /^\d{4}-\d{2}-\d{2}$/;

export interface LogQuery {
  /** All when empty. */
  levels: readonly LogLevel[];
  source: string;
  server: string;
  search: string;
  /** Days such as 2026-11-22, both included; empty for no bound. */
  from: string;
  to: string;
  /** Time zone of these days; empty for the viewer's own as the profile has it. */
  tz: string;
  /** Only entries older than this one: a page further back. */
  before: number | null;
}

export const WHOLE_LOG: LogQuery = {
  ...{ levels: [], source: "", server: "", search: "", from: "", to: "", tz: "" },
  before: null,
};

export type SearchParams = Record<string, string | string[] | undefined>;

/** Reads an address; what makes no sense is as if it were absent. */
export function parseLogQuery(parameters: SearchParams): LogQuery {
  const text = (name: string, most = 100) => {
    const value = [parameters[name] ?? ""].flat()[0] ?? "";
    return value.includes("\0") ? "" : value.trim().slice(0, most);
  };
  const day = (name: string) => (DAY.test(text(name)) && !Number.isNaN(Date.parse(text(name))) ? text(name) : "");
  const [from, to] = [day("date_from"), day("date_to")];
  const asked = text("level").split(",");
  return {
    levels: LEVELS.filter((level) => asked.includes(level)),
    source: text("source", 64).replaceAll(",", ""),
    server: text("server", 64),
    search: text("search"),
    ...{ from, to },
    tz: (from || to) && text("tz") && isTimeZone(text("tz")) ? text("tz") : "",
    before: /^\d{1,15}$/.test(text("before")) ? Number(text("before")) : null,
  };
}

/** The parameters of address and API alike; what is not set is left out. */
export function logParameters({ levels, source, server, search, from, to, tz, before }: LogQuery): URLSearchParams {
  const given = {
    ...{ level: levels.join(","), source, server, search },
    ...{ date_from: from, date_to: to, tz: from || to ? tz : "", before: before === null ? "" : String(before) },
  };
  return new URLSearchParams(Object.entries(given).filter(([, value]) => value !== ""));
}

/** The address with other filters; those begin with the newest entry again. */
export function logsHref(query: LogQuery, change: Partial<LogQuery> = {}): string {
  const text = logParameters({ ...query, before: null, ...change }).toString();
  return text ? `/admin/logs?${text}` : "/admin/logs";
}

export const isFiltered = (query: LogQuery): boolean => logParameters({ ...query, before: null }).size > 0;

/** Rows that a page holds at most, however long it follows the log. */
export const MOST_ROWS = 300;

/**
 * What is shown when more has come: newest first, each once, the oldest given up beyond `MOST_ROWS`.
 * @param complete false when more came than was answered: then what is shown would have a hole, and begins anew
 */
export function withNewer(known: readonly LogEntry[], came: readonly LogEntry[], complete: boolean): LogEntry[] {
  const ids = new Set(known.map(({ id }) => id));
  const fresh = came.filter(({ id }) => !ids.has(id));
  if (fresh.length === 0) return [...known];
  const all = complete ? [...fresh, ...known] : [...came];
  return all.sort((a, b) => b.id - a.id).slice(0, MOST_ROWS);
}
