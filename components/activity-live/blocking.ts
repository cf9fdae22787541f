// Who holds whom: the waits of the sessions as trees, each session once.
import type { LiveSession } from "@/lib/fleet/sessions-schema";

/** What is known of each session. */
type Waiter = Pick<LiveSession, "pid" | "leader_pid" | "blocked_by" | "query_start">;

export interface BlockingNode<Session extends Waiter = Waiter> {
  pid: number;
  /** Null for a prepared transaction (pid 0) and for a blocker that is not listed. */
  session: Session | null;
  /** Distinct sessions that wait behind it, at any distance. */
  victims: number;
  /** Blockers it waits for beside the one it stands under. */
  also: number[];
  /** Listed parallel workers that work for it. */
  workers: number;
  children: BlockingNode<Session>[];
}

export interface BlockingTrees<Session extends Waiter> {
  roots: BlockingNode<Session>[];
  /** Distinct sessions that wait. */
  waiting: number;
}

type Waits = ReadonlyMap<number, ReadonlySet<number>>;

/**
 * The trees of those that wait, the root with most victims first. A session with several blockers stands under the one
 * nearest to a root. A parallel worker counts as its leader. Of sessions that wait for each other in a circle, one that most wait behind is the root.
 */
export function blockingTrees<Session extends Waiter>(sessions: readonly Session[]): BlockingTrees<Session> {
  const byPid = new Map(sessions.map((session) => [session.pid, session]));
  const leaderOf = (pid: number) => byPid.get(pid)?.leader_pid ?? pid;
  const waits = waitsOf(sessions, leaderOf);
  const blocks = turned(waits);
  const victims = countBehind(waits, blocks);
  const order = orderOf(byPid, victims);
  const workers = new Map<number, number>();
  for (const { pid, leader_pid } of sessions) {
    if (leader_pid !== null && leader_pid !== pid) workers.set(leader_pid, (workers.get(leader_pid) ?? 0) + 1);
  }
  const nodes = new Map<number, BlockingNode<Session>>();
  const place = (pid: number, under: number | null): BlockingNode<Session> => {
    const node: BlockingNode<Session> = {
      pid,
      session: byPid.get(pid) ?? null,
      victims: victims.get(pid) ?? 0,
      also: [...(waits.get(pid) ?? [])].filter((blocker) => blocker !== under).sort((a, b) => a - b),
      workers: workers.get(pid) ?? 0,
      children: [],
    };
    nodes.set(pid, node);
    return node;
  };
  /** Places all behind `starts` that have no place yet, the nearest first. */
  const grow = (starts: readonly number[]): BlockingNode<Session>[] => {
    const queue = starts.map((pid) => place(pid, null));
    const grown = [...queue];
    // The queue grows while it is walked.
    for (const node of queue) {
      const free = [...(blocks.get(node.pid) ?? [])].filter((pid) => !nodes.has(pid));
      for (const pid of free.sort(order)) {
        const child = place(pid, node.pid);
        node.children.push(child);
        queue.push(child);
      }
    }
    return grown;
  };
  const involved = [...victims.keys()].sort(order);
  const roots = grow(involved.filter((pid) => !waits.has(pid)));
  // What is left waits for a circle. Nobody outside stands before the one with most behind it.
  for (const pid of involved) if (!nodes.has(pid)) roots.push(...grow([pid]));
  return { roots: roots.sort((a, b) => order(a.pid, b.pid)), waiting: waits.size };
}

function waitsOf(sessions: readonly Waiter[], leaderOf: (pid: number) => number): Waits {
  const waits = new Map<number, Set<number>>();
  for (const session of sessions) {
    const waiter = leaderOf(session.pid);
    for (const blocker of session.blocked_by.map(leaderOf)) {
      if (blocker === waiter) continue;
      const known = waits.get(waiter);
      if (known) known.add(blocker);
      else waits.set(waiter, new Set([blocker]));
    }
  }
  return waits;
}

function turned(waits: Waits): Waits {
  const blocks = new Map<number, Set<number>>();
  for (const [waiter, blockers] of waits) {
    for (const blocker of blockers) {
      const known = blocks.get(blocker);
      if (known) known.add(waiter);
      else blocks.set(blocker, new Set([waiter]));
    }
  }
  return blocks;
}

/**
 * How many wait behind each, by sets of bits. A thousand sessions that queue for one lock wait for all before them, half a
 * million pairs: taken with those furthest behind first, whoever is known to be behind has brought all behind them along.
 */
function countBehind(waits: Waits, blocks: Waits): Map<number, number> {
  const { order, circular } = furthestFirst(new Set([...blocks.keys(), ...waits.keys()]), blocks);
  const place = new Map(order.map((pid, at) => [pid, at]));
  const waiters: number[][] = order.map(() => []);
  for (const pid of order.toReversed()) {
    for (const blocker of waits.get(pid) ?? []) waiters[place.get(blocker) ?? 0]?.push(place.get(pid) ?? 0);
  }
  const behind = order.map(() => new Uint32Array(Math.ceil(order.length / 32)));
  for (let changed = true; changed; ) {
    changed = false;
    for (const [at, own] of behind.entries()) {
      for (const waiter of waiters[at] ?? []) {
        if (!circular && has(own, waiter)) continue;
        if (join(own, behind[waiter] ?? own, waiter)) changed = circular;
      }
    }
  }
  return new Map(order.map((pid, at) => [pid, bits(behind[at] ?? new Uint32Array(), at)]));
}

/** Each after all behind it, as far as there are no circles. */
function furthestFirst(pids: ReadonlySet<number>, blocks: Waits): { order: number[]; circular: boolean } {
  const order: number[] = [];
  const state = new Map<number, "open" | "done">();
  let circular = false;
  for (const start of pids) {
    const path: { pid: number; rest: Iterator<number> }[] = [];
    const open = (pid: number) => {
      state.set(pid, "open");
      path.push({ pid, rest: (blocks.get(pid) ?? []).values() });
    };
    if (!state.has(start)) open(start);
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const next = top.rest.next();
      if (next.done) {
        state.set(top.pid, "done");
        order.push(top.pid);
        path.pop();
      } else if (!state.has(next.value)) open(next.value);
      else if (state.get(next.value) === "open") circular = true;
    }
  }
  return { order, circular };
}

const has = (set: Uint32Array, at: number): boolean => (((set[at >> 5] ?? 0) >>> (at & 31)) & 1) === 1;

/** Adds `more` and the bit `at` to `own`; whether that was anything new. */
function join(own: Uint32Array, more: Uint32Array, at: number): boolean {
  let changed = false;
  for (let word = 0; word < own.length; word += 1) {
    const before = own[word];
    own[word] = (before ?? 0) | (more[word] ?? 0) | (word === at >> 5 ? 1 << (at & 31) : 0);
    if (own[word] !== before) changed = true;
  }
  return changed;
}

/** Bits that are set, without its own: in a circle it waits behind itself. */
function bits(set: Uint32Array, own: number): number {
  let count = 0;
  for (const [word, value] of set.entries()) {
    let rest = word === own >> 5 ? value & ~(1 << (own & 31)) : value;
    for (; rest !== 0; rest &= rest - 1) count += 1;
  }
  return count;
}

/** Most victims first, then who is longest at it. */
function orderOf(byPid: ReadonlyMap<number, Waiter>, victims: ReadonlyMap<number, number>) {
  const since = (pid: number) => byPid.get(pid)?.query_start ?? "";
  return (a: number, b: number): number =>
    (victims.get(b) ?? 0) - (victims.get(a) ?? 0) || since(a).localeCompare(since(b), "en") || a - b;
}

/** The first `limit` of the trees from the top down, and how many there are in all. */
export function firstOf<Session extends Waiter>(
  roots: readonly BlockingNode<Session>[],
  limit: number,
): { shown: BlockingNode<Session>[]; total: number } {
  let total = 0;
  const cut = (nodes: readonly BlockingNode<Session>[]): BlockingNode<Session>[] =>
    nodes.flatMap((node) => {
      total += 1;
      const fits = total <= limit;
      const children = cut(node.children);
      return fits ? [{ ...node, children }] : [];
    });
  return { shown: cut(roots), total };
}
