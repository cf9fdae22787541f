// What this machine tells for a while, as the samples that a collector would store of it.
import { setTimeout as sleep } from "node:timers/promises";
import { openLocalHost } from "../../lib/host/connect";
import { createPerfCounter } from "../../lib/host/perf/counter";
import { hostProbes } from "../../lib/host/probes";
import type { SampleBatch } from "../../lib/metrics/write";
import { START } from "./data-sets";

/** Between two samples in what is stored. */
export const STEP_MS = 5_000;

/**
 * Takes samples `pauseMs` apart and dates them 5 s apart. The shorter the pause the more they change from one to the next,
 * and the more room they need: what is stored of them is an upper bound.
 */
export async function recordHost(count: number, pauseMs: number): Promise<SampleBatch[][]> {
  const host = openLocalHost();
  const counter = createPerfCounter(host);
  counter.configure({ cores: "all", intervalMs: Math.max(100, pauseMs) });
  const before = new Map<string, { value: unknown; at: number }>();
  const writes: SampleBatch[][] = [];
  const began = performance.now();
  for (let turn = 0; turn < count; turn++) {
    const batches: SampleBatch[] = [];
    for (const probe of hostProbes) {
      if (turn % (probe.every ?? 1) !== 0) continue;
      const value = await probe.read(host);
      const at = performance.now();
      const last = before.get(probe.name);
      const { rows } = probe.rows(value, last?.value, last ? (at - last.at) / 1000 : 0);
      before.set(probe.name, { value, at });
      if (rows.length > 0) batches.push({ subject: 0, probe: probe.name, ts: START + turn * STEP_MS, rows });
    }
    writes.push(batches);
    await sleep(Math.max(0, began + (turn + 1) * pauseMs - performance.now()));
  }
  await counter.close();
  await host.close();
  return writes;
}
