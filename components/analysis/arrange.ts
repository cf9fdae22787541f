// Which databases the table shows and in which order: pure, from the address and the analysis.
import { type DatabaseVerdict, VERDICTS, type Verdict } from "@/lib/fleet/analysis-schema";
import type { AnalysisQuery, SearchMode, Sort } from "./address";

/** From what a person may want to act on to what is as it should be. */
export const SHOWN_VERDICTS = [
  "inactive",
  "static",
  "low",
  "insufficient",
  "active",
] as const satisfies readonly Verdict[];

export interface Arranged {
  rows: DatabaseVerdict[];
  /** By verdict, of what the search leaves. */
  counts: Record<Verdict, number>;
  /** What the search leaves, whatever the verdict. */
  found: number;
  /** What search and verdict leave, on all pages. */
  matching: number;
  page: number;
  pages: number;
}

/** Searches, filters, counts, sorts and cuts out the page. */
export function arrangeDatabases(databases: readonly DatabaseVerdict[], query: AnalysisQuery): Arranged {
  const found = databases.filter(({ name }) => fits(name, query));
  const counts = Object.fromEntries(
    VERDICTS.map((verdict) => [verdict, found.filter((one) => one.verdict === verdict).length]),
  ) as Record<Verdict, number>;
  const matching = query.verdict === null ? found : found.filter(({ verdict }) => verdict === query.verdict);
  const sorted = sortDatabases(matching, query);
  const pages = Math.max(1, Math.ceil(sorted.length / query.size));
  const page = Math.min(query.page, pages);
  return {
    rows: sorted.slice((page - 1) * query.size, page * query.size),
    counts,
    found: found.length,
    matching: sorted.length,
    page,
    pages,
  };
}

const MATCH: Record<SearchMode, (name: string, search: string) => boolean> = {
  contains: (name, search) => name.includes(search),
  starts: (name, search) => name.startsWith(search),
  ends: (name, search) => name.endsWith(search),
  without: (name, search) => !name.includes(search),
};

/** Whether a name fits the search, whatever the case; an empty search fits all. */
export function fits(name: string, { search, mode }: Pick<AnalysisQuery, "search" | "mode">): boolean {
  return search === "" || MATCH[mode](name.toLowerCase(), search.toLowerCase());
}

const at = (moment: string | null) => moment && Date.parse(moment);

const KEYS: Record<Sort, (database: DatabaseVerdict) => number | string | null> = {
  verdict: ({ verdict }) => SHOWN_VERDICTS.indexOf(verdict),
  name: ({ name }) => name.toLowerCase(),
  connections: ({ connections }) => connections,
  average: ({ average_connections }) => average_connections,
  size: ({ size_bytes }) => size_bytes,
  last_used: ({ last_used_at }) => at(last_used_at),
  history: ({ history_since }) => at(history_since),
  owner: ({ owner }) => owner?.toLowerCase() ?? null,
  created: ({ created_at }) => at(created_at),
};

type Order = Pick<AnalysisQuery, "sort" | "descending">;

/** What is not known comes last, whichever way it is sorted; among equals the larger database comes first. */
export function sortDatabases(databases: readonly DatabaseVerdict[], { sort, descending }: Order): DatabaseVerdict[] {
  const key = KEYS[sort];
  return databases.toSorted((a, b) => {
    const [left, right] = [key(a), key(b)];
    const among = (b.size_bytes ?? 0) - (a.size_bytes ?? 0) || compare(a.name, b.name);
    if (left === null || right === null) return Number(left === null) - Number(right === null) || among;
    return (descending ? -1 : 1) * compare(left, right) || among;
  });
}

function compare(a: number | string, b: number | string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
