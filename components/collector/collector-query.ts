// What of the collector's page is shown: pure, from the address and what was read.
import type { CollectedServer, ProbeOutcome, ProbeRuns } from "@/lib/collector/schema";

export const SHOWN_OUTCOMES = ["failed", "nothing", "ok", "never"] as const;
export type ShownOutcome = (typeof SHOWN_OUTCOMES)[number];

export interface CollectorQuery {
  search: string;
  outcome: ShownOutcome | null;
  /** From 1. */
  page: number;
}

/** Servers on a page: each has about ten rows. */
const PAGE_SIZE = 10;

export type SearchParams = Record<string, string | string[] | undefined>;

/** Reads `?q&outcome&page`; what makes no sense is as if it were absent. */
export function parseCollectorQuery(parameters: SearchParams): CollectorQuery {
  const text = (name: string) => [parameters[name] ?? ""].flat()[0] ?? "";
  const page = Number(text("page"));
  return {
    search: text("q").trim().slice(0, 100),
    outcome: SHOWN_OUTCOMES.find((outcome) => outcome === text("outcome")) ?? null,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

export function collectorHref(query: CollectorQuery, change: Partial<CollectorQuery> = {}): string {
  const { search, outcome, page } = { ...query, page: 1, ...change };
  const parameters = new URLSearchParams();
  if (search) parameters.set("q", search);
  if (outcome) parameters.set("outcome", outcome);
  if (page > 1) parameters.set("page", String(page));
  return parameters.size > 0 ? `/admin/collector?${parameters}` : "/admin/collector";
}

export const outcomeOf = ({ outcome }: { outcome: ProbeOutcome | null }): ShownOutcome => outcome ?? "never";

export interface ArrangedCollector {
  servers: CollectedServer[];
  /** Probes by outcome, of what the search leaves. */
  counts: Record<ShownOutcome, number>;
  matching: number;
  page: number;
  pages: number;
}

/** A server's name shows all of its probes, else those whose own name fits. */
function probesFound({ name, probes }: CollectedServer, search: string): ProbeRuns[] {
  const text = search.toLowerCase();
  return name.toLowerCase().includes(text) ? probes : probes.filter(({ probe }) => probe.includes(text));
}

/** Searches names of servers and probes, filters by outcome, cuts out the page. A server without such probes is left out. */
export function arrangeCollector(servers: readonly CollectedServer[], query: CollectorQuery): ArrangedCollector {
  const found = servers.map((server) => ({ ...server, probes: probesFound(server, query.search) }));
  const probes = found.flatMap((server) => server.probes);
  const counts = Object.fromEntries(
    SHOWN_OUTCOMES.map((outcome) => [outcome, probes.filter((probe) => outcomeOf(probe) === outcome).length]),
  ) as Record<ShownOutcome, number>;
  const isWanted = (probe: ProbeRuns) => query.outcome === null || outcomeOf(probe) === query.outcome;
  const matching = found
    .map((server) => ({ ...server, probes: server.probes.filter(isWanted) }))
    .filter((server) => server.probes.length > 0 || (query.outcome === null && server.name.includes(query.search)));
  const pages = Math.max(1, Math.ceil(matching.length / PAGE_SIZE));
  const page = Math.min(query.page, pages);
  const shown = matching.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return { servers: shown, counts, matching: matching.length, page, pages };
}
