// Spares the machine: what is dear to ask or seldom changes is asked again only after a rest.
import type { HostReader } from "../probe";

/**
 * `ask` with a memory per host and key. A new key asks at once; a failed ask is not remembered.
 * @param rest milliseconds until the next ask, from the milliseconds that this one took
 */
export function remember<Key, Value>(
  ask: (host: HostReader, key: Key) => Promise<Value>,
  rest: (tookMs: number) => number,
): (host: HostReader, key: Key) => Promise<Value> {
  const memories = new WeakMap<HostReader, { key: Key; value: Value; until: number }>();
  return async (host, key) => {
    const known = memories.get(host);
    const start = performance.now();
    if (known && known.key === key && start < known.until) return known.value;
    const value = await ask(host, key);
    const end = performance.now();
    memories.set(host, { key, value, until: end + rest(end - start) });
    return value;
  };
}

/**
 * Rest for what is dear: at most a 6000th of a processor goes there. Just under 5 s, so that a sample every 5 s always
 * asks anew, and up to 15 s for what takes milliseconds (the tables of sockets).
 */
export function sparing(tookMs: number): number {
  return Math.min(14_500, Math.max(4_500, tookMs * 6000));
}

/** Rest for what changes only when somebody changes the machine. */
export function halfMinute(): number {
  return 30_000;
}
