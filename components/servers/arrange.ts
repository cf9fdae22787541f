// Which servers a list shows and in which order: pure, from the address and the servers.
import { SERVER_STATUSES, type ServerStatus, type ServerSummary } from "@/lib/fleet/schema";
import { hasLabels } from "./labels";

export const SORTS = ["status", "name", "version", "connections", "tps", "disk", "uptime", "last_success"] as const;
export type Sort = (typeof SORTS)[number];

/** The state of the list, as it stands in the address. */
export interface ListQuery {
  search: string;
  status: ServerStatus | null;
  /** `key=value`; of one key any of the values, of different keys all. */
  labels: readonly string[];
  /** Name of the label by whose values servers stand together. */
  group: string | null;
  sort: Sort;
  descending: boolean;
  /** Rows on a page. */
  size: number;
  /** From 1. */
  page: number;
}

export interface Arranged {
  rows: ServerSummary[];
  /** By status, of what search and labels leave. */
  counts: Record<ServerStatus, number>;
  /** What search and labels leave, whatever the status. */
  found: number;
  /** What search, labels and status leave, on all pages. */
  matching: number;
  page: number;
  pages: number;
}

export const PAGE_SIZES = [25, 50, 100] as const;
export const PAGE_SIZE = PAGE_SIZES[0];
const MOST_LABELS = 20;

export type SearchParams = Record<string, string | string[] | undefined>;

/** Reads `?q&status&label&group&sort&rows&page`; what makes no sense is as if it were absent. */
export function parseListQuery(params: SearchParams): ListQuery {
  const text = (name: string) => {
    const value = params[name];
    return typeof value === "string" ? value : "";
  };
  const sort = text("sort");
  const page = Number(text("page"));
  return {
    search: text("q").trim().slice(0, 100),
    status: SERVER_STATUSES.find((status) => status === text("status")) ?? null,
    labels: [params.label ?? []]
      .flat()
      .filter((label) => label.includes("=") && label.length <= 200)
      .slice(0, MOST_LABELS),
    group: text("group").slice(0, 64) || null,
    sort: SORTS.find((name) => name === sort.replace(/^-/, "")) ?? "status",
    descending: sort.startsWith("-"),
    size: PAGE_SIZES.find((size) => String(size) === text("rows")) ?? PAGE_SIZE,
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The address of the list in another state; defaults are left out. */
export function listHref(query: ListQuery, change: Partial<ListQuery> = {}): string {
  const { search, status, labels, group, sort, descending, size, page } = { ...query, page: 1, ...change };
  const params = new URLSearchParams();
  if (search) params.set("q", search);
  if (status) params.set("status", status);
  for (const label of labels) params.append("label", label);
  if (group) params.set("group", group);
  if (sort !== "status" || descending) params.set("sort", `${descending ? "-" : ""}${sort}`);
  if (size !== PAGE_SIZE) params.set("rows", String(size));
  if (page > 1) params.set("page", String(page));
  const text = params.toString();
  return text ? `/servers?${text}` : "/servers";
}

/** Searches name, hosts, version and labels; filters, counts, sorts and cuts out the page. */
export function arrangeServers(servers: readonly ServerSummary[], query: ListQuery): Arranged {
  const found = servers.filter((server) => matches(server, query.search) && hasLabels(server, query.labels));
  const counts = Object.fromEntries(
    SERVER_STATUSES.map((status) => [status, found.filter((server) => server.status === status).length]),
  ) as Record<ServerStatus, number>;
  const matching = query.status === null ? found : found.filter((server) => server.status === query.status);
  const sorted = matching.toSorted(comparator(query));
  const pages = Math.max(1, Math.ceil(sorted.length / query.size));
  const page = Math.min(query.page, pages);
  return {
    rows: sorted.slice((page - 1) * query.size, page * query.size),
    counts,
    found: found.length,
    matching: matching.length,
    page,
    pages,
  };
}

function matches(server: ServerSummary, search: string): boolean {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const labels = Object.entries(server.labels).map(([key, value]) => `${key}=${value}`);
  const text = [server.name, server.host, server.ssh_host, server.version, ...labels].join(" ").toLowerCase();
  return words.every((word) => text.includes(word));
}

type Key = (server: ServerSummary) => number | string | readonly number[] | null;

const KEYS: Record<Sort, Key> = {
  status: (server) => SERVER_STATUSES.indexOf(server.status),
  name: (server) => server.name.toLowerCase(),
  version: (server) => server.version && versionKey(server.version),
  connections: (server) => (Object.keys(server.connections).length > 0 ? totalConnections(server) : null),
  tps: (server) => server.transactions_per_sec,
  disk: (server) => server.disk_percent,
  uptime: (server) => server.uptime_seconds,
  last_success: (server) => server.last_success_at && Date.parse(server.last_success_at),
};

/** Sessions in all states. */
export function totalConnections(server: Pick<ServerSummary, "connections">): number {
  return Object.values(server.connections).reduce((sum, count) => sum + count, 0);
}

/** `17.10` → [17, 10], so that it comes after 17.9. */
function versionKey(version: string): number[] {
  return (version.match(/\d+/g) ?? []).map(Number);
}

function comparator({ sort, descending, group }: Pick<ListQuery, "sort" | "descending" | "group">) {
  const key = KEYS[sort];
  // Those without the label come last.
  const groupOf = ({ labels }: ServerSummary) => (group === null ? "" : (labels[group] ?? "\uffff"));
  return (a: ServerSummary, b: ServerSummary) => {
    if (groupOf(a) !== groupOf(b)) return compare(groupOf(a), groupOf(b));
    const [left, right] = [key(a), key(b)];
    // What is not known comes last, whichever way the list is sorted.
    if (left === null || right === null) return Number(left === null) - Number(right === null) || byName(a, b);
    return (descending ? -1 : 1) * compare(left, right) || byName(a, b);
  };
}

function compare(a: number | string | readonly number[], b: typeof a): number {
  if (Array.isArray(a) && Array.isArray(b)) {
    const at = a.findIndex((part, index) => part !== b[index]);
    return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
  }
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function byName(a: ServerSummary, b: ServerSummary): number {
  return compare(a.name.toLowerCase(), b.name.toLowerCase());
}
