// The state of the audit page as it stands in the address: pure.
import { AUDIT_EVENT_TYPES, type AuditQuery } from "@/lib/audit/schema";
import { isDayOrTime } from "@/lib/time";

export type SearchParams = Record<string, string | string[] | undefined>;

export const PAGE_SIZE = 50;
/** As many as the list reaches. */
const LAST_PAGE = 10_000;

export const FILTERS = ["username", "event_type", "date_from", "date_to", "ip"] as const;
export type Filter = (typeof FILTERS)[number];
/** Texts as they were given; empty for what is not asked for. Pages are counted from 1. */
export type AuditPageQuery = Record<Filter, string> & { page: number };

const LENGTH: Record<Filter, number> = { username: 100, event_type: 200, date_from: 40, date_to: 40, ip: 64 };

/** Reads the address; what makes no sense is as if it were absent. */
export function parseAuditQuery(params: SearchParams): AuditPageQuery {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === "string" ? value.replaceAll("\0", "").trim() : "";
  };
  const filters = FILTERS.map((name) => [name, text(name).slice(0, LENGTH[name])] as const);
  const given = Object.fromEntries(filters) as Record<Filter, string>;
  for (const name of ["date_from", "date_to"] as const) if (!isDayOrTime(given[name])) given[name] = "";
  const page = Number(text("page"));
  return { ...given, page: Number.isInteger(page) && page > 0 && page <= LAST_PAGE ? page : 1 };
}

/** What the address asks of the log. */
export function auditQueryOf({ page, event_type, ...texts }: AuditPageQuery): AuditQuery {
  const given = Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ""));
  const types = event_type.split(",").filter(Boolean);
  return { ...given, ...(types.length > 0 && { event_type: types }), limit: PAGE_SIZE, offset: (page - 1) * PAGE_SIZE };
}

/** The address of the page in another state; what is not asked for is left out. */
export function auditHref(query: AuditPageQuery, change: Partial<AuditPageQuery> = {}): string {
  const params = paramsOf({ ...query, ...change });
  if (change.page !== undefined && change.page > 1) params.set("page", String(change.page));
  return params.size > 0 ? `/admin/audit?${params}` : "/admin/audit";
}

/** The same entries as a file. */
export function auditFile(query: AuditPageQuery): string {
  const params = paramsOf(query);
  params.set("format", "csv");
  return `/api/audit/sessions?${params}`;
}

function paramsOf(query: AuditPageQuery): URLSearchParams {
  return new URLSearchParams(FILTERS.flatMap((name) => (query[name] ? [[name, query[name]]] : [])));
}

/** What an address may ask for besides: a type of which this version knows nothing stays to be chosen. */
export function offeredTypes(chosen: string): string[] {
  const known: readonly string[] = AUDIT_EVENT_TYPES;
  return chosen === "" || known.includes(chosen) ? [...known] : [...known, chosen];
}
