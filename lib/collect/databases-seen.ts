// The databases of a server as they come and go, and under which labels the series of each stand. Pure.
import type { DatabaseLabels, DatabaseMove } from "../metrics/relabel";

/** A database that was seen once. Times in ms since the epoch. */
export interface KnownDatabase {
  oid: number;
  name: string;
  owner: string | null;
  encoding: string | null;
  createdAt: number | null;
  firstSeenAt: number;
  droppedAt: number | null;
}

/** A database in a list that a server gave; `details` only where the list tells them. */
export interface SeenDatabase {
  oid: number;
  name: string;
  isTemplate: boolean;
  details?: Pick<KnownDatabase, "owner" | "encoding" | "createdAt">;
}

/** What a server said at a time. `complete`: what the list does not name does not exist. */
export interface Sighting {
  at: number;
  complete: boolean;
  databases: readonly SeenDatabase[];
}

export interface Changes {
  after: KnownDatabase[];
  /** Rows of `after` that are new or not as before. */
  changed: KnownDatabase[];
  created: KnownDatabase[];
  dropped: KnownDatabase[];
  moves: DatabaseMove[];
}

/** Databases of one server that are known, dropped ones included; further ones are not taken notice of. */
export const MOST_KNOWN = 10_000;

/** The names under which databases were seen first that are not known yet, by oid. */
export type FirstNames = ReadonlyMap<number, string>;

/**
 * Tells under which labels the series of a database stand: its name alone belongs to the database that has it now, or else
 * to the last one that had it. Any other carries its oid beside the name, as one does that is not known yet.
 */
export function labelling(
  known: readonly KnownDatabase[],
  first: FirstNames,
): (oid: number, seenAs: string) => DatabaseLabels {
  const end = ({ droppedAt }: KnownDatabase) => droppedAt ?? Number.POSITIVE_INFINITY;
  const holders = new Map<string, KnownDatabase>();
  for (const one of known) {
    const other = holders.get(one.name);
    if (!other || end(one) > end(other)) holders.set(one.name, one);
  }
  const byOid = new Map(known.map((one) => [one.oid, one]));
  return (oid, seenAs) => {
    const name = byOid.get(oid)?.name ?? first.get(oid) ?? seenAs;
    return holders.get(name)?.oid === oid ? { database: name } : { database: name, oid: String(oid) };
  };
}

/**
 * What a sighting changes; of a database of which something newer is known, nothing but its details. One whose name another
 * has now is gone, however short the list. A new name is no new database: its series go with it.
 */
export function changesBy(
  known: readonly KnownDatabase[],
  { at, databases, ...sighting }: Sighting,
  first: FirstNames = new Map(),
): Changes {
  const complete = sighting.complete && databases.length > 0;
  const seen = new Map(databases.map((one) => [one.oid, one]));
  const taken = new Set(databases.map(({ name }) => name));
  const isNewer = ({ firstSeenAt, droppedAt }: KnownDatabase) => Math.max(firstSeenAt, droppedAt ?? 0) > at;
  const isGone = ({ oid, name }: KnownDatabase) => !seen.has(oid) && (complete || taken.has(name));
  const before = new Map(known.map((one) => [one.oid, one]));
  const held = new Set(known.filter((one) => isNewer(one) && one.droppedAt === null).map(({ name }) => name));
  const fresh = databases.filter(({ oid, name, isTemplate }) => !before.has(oid) && !isTemplate && !held.has(name));
  const room = Math.max(0, MOST_KNOWN - known.length);
  const after = [
    ...known.map((one) => {
      const now = seen.get(one.oid);
      // A time that could be read once holds, also when it cannot be read any more.
      const told = { ...one, ...now?.details, createdAt: now?.details?.createdAt ?? one.createdAt };
      if (isNewer(one)) return told;
      if (now) return { ...told, name: now.name, droppedAt: null };
      return isGone(one) ? { ...one, droppedAt: one.droppedAt ?? at } : one;
    }),
    ...fresh
      .slice(0, room)
      .map(({ oid, name, details }) => ({ ...NOTHING_TOLD, oid, name, ...details, firstSeenAt: at })),
  ];
  // Until a list told everything, a database that is new to us may be old.
  const wasComplete = known.some(({ encoding }) => encoding !== null);
  const changed = after.filter((one) => !isSame(one, before.get(one.oid)));
  return {
    after,
    changed,
    created: wasComplete ? changed.filter(({ oid }) => !before.has(oid)) : [],
    dropped: changed.filter(({ oid, droppedAt }) => droppedAt !== null && before.get(oid)?.droppedAt === null),
    moves: movesBetween(labelling(known, first), labelling(after, first), after),
  };
}

const NOTHING_TOLD = { owner: null, encoding: null, createdAt: null, droppedAt: null };

const isSame = (one: KnownDatabase, other: KnownDatabase | undefined): boolean =>
  JSON.stringify(Object.entries(one).sort()) === JSON.stringify(Object.entries(other ?? {}).sort());

type LabelsOf = ReturnType<typeof labelling>;

function movesBetween(then: LabelsOf, now: LabelsOf, after: readonly KnownDatabase[]): DatabaseMove[] {
  return after.flatMap(({ oid, name }) => {
    const [from, to] = [then(oid, name), now(oid, name)];
    return from.database === to.database && from.oid === to.oid ? [] : [{ oid, from, to }];
  });
}
