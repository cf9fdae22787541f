// Many streamers wait for their commands over one connection of ours.
import { setTimeout as sleep } from "node:timers/promises";
import { listen, pool } from "../db";

/** A notification may be lost with its connection, and a channel may come into being meanwhile. */
const LOOK_MS = 5_000;

interface Waiting {
  channelId: string;
  waitMs: number;
  signal?: AbortSignal | undefined;
}

export interface CommandRings {
  /** What `look` finds for a channel: at once, or when something rings for it, or nothing when the time is up. */
  wait<T>(look: () => Promise<T[]>, waiting: Waiting): Promise<T[]>;
}

export function createRings(): CommandRings {
  const waiting = new Set<{ channelId: string; ring(): void }>();
  let hearing: Promise<() => Promise<void>> | undefined;

  async function ring(id: string): Promise<void> {
    const { rows } = await pool().query<{ channel_id: string }>("SELECT channel_id FROM channels WHERE id = $1::int", [
      id,
    ]);
    for (const one of waiting) if (one.channelId === rows[0]?.channel_id) one.ring();
  }
  const ringAll = () => {
    for (const one of waiting) one.ring();
  };
  const hear = () => listen("dozor_stream_command", (id) => void ring(id).catch(ringAll), ringAll);

  async function leave(entry: { channelId: string; ring(): void }): Promise<void> {
    waiting.delete(entry);
    if (waiting.size > 0) return;
    const stop = hearing;
    hearing = undefined;
    await (await stop)?.();
  }

  return {
    async wait(look, { channelId, waitMs, signal }) {
      const until = performance.now() + waitMs;
      const entry = { channelId, ring: () => {} };
      waiting.add(entry);
      try {
        hearing ??= hear();
        await hearing;
        for (;;) {
          const rung = new Promise<void>((resolve) => {
            entry.ring = resolve;
          });
          const found = await look();
          const leftMs = until - performance.now();
          if (found.length > 0 || leftMs <= 0 || signal?.aborted) return found;
          await Promise.race([rung, pause(Math.min(LOOK_MS, leftMs), signal)]);
        }
      } finally {
        await leave(entry);
      }
    },
  };
}

/** Ends early, and without an error, when nobody waits any more. */
const pause = (ms: number, signal: AbortSignal | undefined): Promise<void> =>
  sleep(ms, undefined, { ref: false, ...(signal && { signal }) }).then(
    () => {},
    () => {},
  );
