// Which channels show, and in which order: the query of the page, applied to what is known. Pure.
import { type Channel, type ChannelStatus, isOnAir } from "@/lib/streams/schema";

/** Groups of states to choose from. */
export const STATUS_FILTERS = ["on_air", "paused", "unknown", "stopped"] as const;
export type StatusFilter = (typeof STATUS_FILTERS)[number];

export const SORTS = ["listeners", "name", "activity"] as const;
export type Sort = (typeof SORTS)[number];

export interface StreamsQuery {
  search: string;
  status: StatusFilter | null;
  sort: Sort;
}

export const UNFILTERED: StreamsQuery = { search: "", status: null, sort: "listeners" };

/** Reads the address; what cannot be read is as if it were not there. */
export function readStreamsQuery(parameters: URLSearchParams): StreamsQuery {
  return {
    search: (parameters.get("q") ?? "").trim(),
    status: STATUS_FILTERS.find((status) => status === parameters.get("status")) ?? null,
    sort: SORTS.find((sort) => sort === parameters.get("sort")) ?? UNFILTERED.sort,
  };
}

/** The address' query of a choice, empty for the usual one. */
export function streamsAddress({ search, status, sort }: StreamsQuery): string {
  const parameters = new URLSearchParams({
    ...(search && { q: search }),
    ...(status && { status }),
    ...(sort !== UNFILTERED.sort && { sort }),
  });
  return parameters.size > 0 ? `?${parameters}` : "";
}

const GROUPS: Readonly<Record<ChannelStatus, StatusFilter>> = {
  playing: "on_air",
  placeholder: "on_air",
  paused: "paused",
  unknown: "unknown",
  stopped: "stopped",
};

export interface Arranged {
  /** On air, paused, or not known: they have cards. */
  cards: Channel[];
  stopped: Channel[];
  /** Of those that the search finds. */
  counts: Record<StatusFilter, number>;
  found: number;
}

/** What the query leaves of the channels. */
export function arrangeChannels(channels: readonly Channel[], query: StreamsQuery): Arranged {
  const found = channels.filter((channel) => fits(channel, query.search.toLowerCase()));
  const chosen = found
    .filter(({ status }) => query.status === null || GROUPS[status] === query.status)
    .sort((a, b) => ORDERS[query.sort](a, b) || byName(a, b));
  const isStopped = ({ status }: Channel) => status === "stopped";
  const count = (filter: StatusFilter) => found.filter(({ status }) => GROUPS[status] === filter).length;
  return {
    cards: chosen.filter((channel) => !isStopped(channel)),
    stopped: chosen.filter(isStopped),
    counts: { on_air: count("on_air"), paused: count("paused"), unknown: count("unknown"), stopped: count("stopped") },
    found: found.length,
  };
}

/** Anything that a card shows as a name may be searched. */
function fits({ name, channel_id, current_track, source }: Channel, search: string): boolean {
  return [name, channel_id, current_track?.title ?? "", source.name ?? ""].some((text) =>
    text.toLowerCase().includes(search),
  );
}

const byName = (a: Channel, b: Channel) => a.name.localeCompare(b.name, "en", { numeric: true });
/** Listeners who are not known come after none at all. */
const heard = ({ listeners }: Channel) => listeners ?? -1;
const ORDERS: Readonly<Record<Sort, (a: Channel, b: Channel) => number>> = {
  listeners: (a, b) => heard(b) - heard(a),
  name: byName,
  activity: (a, b) => Date.parse(b.last_activity) - Date.parse(a.last_activity),
};

export interface Totals {
  onAir: number;
  all: number;
  placeholder: number;
  unknown: number;
  listeners: number;
  queue: number;
}

/** What the cards above the list sum up of those on air; listeners and queues that are not known add nothing. */
export function totalsOf(channels: readonly Channel[]): Totals {
  const count = (status: ChannelStatus) => channels.filter((channel) => channel.status === status).length;
  const onAir = channels.filter(({ status }) => isOnAir(status));
  return {
    onAir: onAir.length,
    all: channels.length,
    placeholder: count("placeholder"),
    unknown: count("unknown"),
    listeners: onAir.reduce((total, { listeners }) => total + (listeners ?? 0), 0),
    queue: onAir.reduce((total, { queue_size }) => total + (queue_size ?? 0), 0),
  };
}
