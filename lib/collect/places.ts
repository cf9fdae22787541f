// Who may ask now: bounded in all and for each server, so that silent targets leave room for those that answer.

/** Questions to servers that may be under way at once. */
const MOST = 64;
/** Of these for one server: its probes share a connection, on which they would only wait for each other. */
const MOST_OF_ONE = 2;
/** Questions to a machine over SSH go side by side. */
const MOST_OF_MACHINE = 6;
/** Of these for servers that were not reached when they were asked last. */
const MOST_IN_VAIN = 32;
/** Questions that may take minutes have places of their own: many of them at once must not keep the others waiting. */
const MOST_LONG = 32;

export interface Question {
  /** Negative: its machine. */
  server: number;
  /** May take minutes, on a connection of its own. */
  long: boolean;
}

const mostOf = (server: number) => (server < 0 ? MOST_OF_MACHINE : MOST_OF_ONE);

/** Counts who asks. Pure. */
export function createPlaces() {
  const taken = new Map<number, number>();
  const unreached = new Set<number>();
  const count = { all: 0, inVain: 0, long: 0 };

  return {
    isFree({ server, long }: Question): boolean {
      if (long) return count.long < MOST_LONG;
      if (count.all >= MOST || (taken.get(server) ?? 0) >= mostOf(server)) return false;
      return !unreached.has(server) || count.inVain < MOST_IN_VAIN;
    },
    /** Takes a place. @returns what gives it back and learns whether the server was reached; call it once */
    take({ server, long }: Question): (reached: boolean) => void {
      const kind = long ? "long" : "all";
      const inVain = !long && unreached.has(server);
      count[kind] += 1;
      if (inVain) count.inVain += 1;
      if (!long) taken.set(server, (taken.get(server) ?? 0) + 1);
      return (reached) => {
        count[kind] -= 1;
        if (inVain) count.inVain -= 1;
        if (reached) unreached.delete(server);
        else unreached.add(server);
        if (long) return;
        const left = (taken.get(server) ?? 1) - 1;
        if (left > 0) taken.set(server, left);
        else taken.delete(server);
      };
    },
    /** Forgets who could not be reached among servers that are not asked any more. */
    retain(servers: ReadonlySet<number>): void {
      for (const server of unreached) if (!servers.has(server)) unreached.delete(server);
    },
  };
}

/** Those who wait for a place: first come, first served, the servers taking turns. */
export function createLine<Item extends Question>() {
  const servers = new Map<number, Set<Item>>();
  return {
    join(item: Item): void {
      const waiting = servers.get(item.server);
      if (waiting) waiting.add(item);
      else servers.set(item.server, new Set([item]));
    },
    leave(item: Item): void {
      const waiting = servers.get(item.server);
      waiting?.delete(item);
      if (waiting?.size === 0) servers.delete(item.server);
    },
    /** Takes the next one that may go; its server's others go to the end. */
    next(mayGo: (item: Item) => boolean): Item | undefined {
      for (const [server, waiting] of servers) {
        for (const item of waiting) {
          if (!mayGo(item)) continue;
          waiting.delete(item);
          servers.delete(server);
          if (waiting.size > 0) servers.set(server, waiting);
          return item;
        }
      }
      return undefined;
    },
    has: (item: Item): boolean => servers.get(item.server)?.has(item) ?? false,
    get size(): number {
      return servers.size;
    },
  };
}
