// What of an analysis the page shows, as it stands in its address. Pure.
import { VERDICTS, type Verdict } from "@/lib/fleet/analysis-schema";

export const SEARCH_MODES = ["contains", "starts", "ends", "without"] as const;
export type SearchMode = (typeof SEARCH_MODES)[number];

const SORTS = [
  "verdict",
  "name",
  "connections",
  "average",
  "size",
  "last_used",
  "history",
  "owner",
  "created",
] as const;
export type Sort = (typeof SORTS)[number];

export const PAGE_SIZES = [25, 50, 100] as const;

export interface AnalysisQuery {
  search: string;
  mode: SearchMode;
  verdict: Verdict | null;
  sort: Sort;
  descending: boolean;
  /** Rows on a page. */
  size: number;
  /** From 1. */
  page: number;
  /** Whether all dropped databases show, not only the newest. */
  allDropped: boolean;
  /** The period of the other tabs, as a query; this one only carries it along. */
  period: string;
}

export type SearchParams = Record<string, string | string[] | undefined>;

const PERIOD_PARTS = ["period", "from", "to", "compare"];

/** Reads `?q&mode&verdict&sort&rows&page&dropped`; what makes no sense is as if it were absent. */
export function parseAnalysisQuery(params: SearchParams): AnalysisQuery {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === "string" ? value : "";
  };
  const sort = text("sort");
  const page = Number(text("page"));
  const period = PERIOD_PARTS.map((name): [string, string] => [name, text(name)]).filter(([, value]) => value !== "");
  return {
    search: text("q").trim().slice(0, 100),
    mode: SEARCH_MODES.find((mode) => mode === text("mode")) ?? "contains",
    verdict: VERDICTS.find((verdict) => verdict === text("verdict")) ?? null,
    sort: SORTS.find((name) => name === sort.replace(/^-/, "")) ?? "verdict",
    descending: sort.startsWith("-"),
    size: PAGE_SIZES.find((size) => String(size) === text("rows")) ?? PAGE_SIZES[0],
    page: Number.isInteger(page) && page > 0 ? page : 1,
    allDropped: text("dropped") === "all",
    period: new URLSearchParams(period).toString(),
  };
}

/** The page in another state; defaults are left out, and another choice begins at the first page again. */
export function analysisHref(server: string, query: AnalysisQuery, change: Partial<AnalysisQuery> = {}): string {
  const { search, mode, verdict, sort, descending, size, page, allDropped, period } = { ...query, page: 1, ...change };
  const params = new URLSearchParams(period);
  if (search) params.set("q", search);
  if (mode !== "contains") params.set("mode", mode);
  if (verdict) params.set("verdict", verdict);
  if (sort !== "verdict" || descending) params.set("sort", `${descending ? "-" : ""}${sort}`);
  if (size !== PAGE_SIZES[0]) params.set("rows", String(size));
  if (page > 1) params.set("page", String(page));
  if (allDropped) params.set("dropped", "all");
  const base = `/servers/${encodeURIComponent(server)}/databases`;
  return params.size > 0 ? `${base}?${params}` : base;
}

/** The same page without search and filter. */
export const clearedHref = (server: string, query: AnalysisQuery): string =>
  analysisHref(server, query, { search: "", mode: "contains", verdict: null });

/** The whole analysis as a file. */
export const analysisFile = (server: string): string => `/api/server/${encodeURIComponent(server)}/analysis?format=csv`;
