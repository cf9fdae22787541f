// What it takes to delete a server with a month of history, and what a tick of another one feels of it.
import { setTimeout as pause } from "node:timers/promises";
import { pool } from "../lib/db";
import { forgetSubjects } from "../lib/metrics/forget";
import { type SampleBatch, writeSamples } from "../lib/metrics/write";
import { DAY_MS, hoursOf, ONE_HOST, START } from "./support/data-sets";
import { calibration, median, progress } from "./support/measure";
import { copyDay, copySubject, newSubjects, startOurs, storedBytes, storeHour } from "./support/ours";
import { saveResults, shown } from "./support/table";

const DAYS = 30;
const TICK_MS = 100;
const TICKS_ALONE = 100;

interface Ticks {
  median_ms: number;
  p99_ms: number;
  most_ms: number;
}

/** Writes a tick each 100 ms until `isOver`, later than all that is stored. */
async function tickUntil(tick: readonly SampleBatch[], isOver: (ticks: number) => boolean): Promise<Ticks> {
  const spent: number[] = [];
  while (!isOver(spent.length)) {
    const ts = START + (DAYS + 1) * DAY_MS + spent.length * TICK_MS + Math.round(Math.random() * 1e9) * 1_000;
    const began = performance.now();
    await writeSamples(tick.map((batch) => ({ ...batch, ts })));
    spent.push(performance.now() - began);
    await pause(TICK_MS);
  }
  const sorted = spent.sort((a, b) => a - b);
  const p99 = sorted[Math.floor(0.99 * (sorted.length - 1))] ?? 0;
  return { median_ms: median(sorted), p99_ms: p99, most_ms: sorted.at(-1) ?? 0 };
}

async function benchDeleting(): Promise<void> {
  const host = calibration();
  const ours = await startOurs();
  try {
    const [staying = 0, leaving = 0] = await newSubjects(2);
    let tick: readonly SampleBatch[] = [];
    for (const writes of hoursOf(ONE_HOST, [staying])) {
      const [first] = writes[0] ?? [];
      tick = (writes[0] ?? []).filter(({ ts }) => ts === first?.ts);
      await storeHour(writes);
    }
    await copyDay(START, DAYS);
    await copySubject(staying, [leaving]);
    progress("stored");
    const megabytes = (await storedBytes()).bytes / 2e6;
    const alone = await tickUntil(tick, (ticks) => ticks >= TICKS_ALONE);
    await pool().query("DELETE FROM servers WHERE id = $1", [leaving]);
    await pool().query("UPDATE subject SET deleted_at = now() - interval '1 hour' WHERE id = $1", [leaving]);
    let isDone = false;
    const began = performance.now();
    const cpu = await ours.cpuSeconds();
    const deleting = forgetSubjects().finally(() => {
      isDone = true;
    });
    const meanwhile = await tickUntil(tick, () => isDone);
    const removed = await deleting;
    const seconds = (performance.now() - began) / 1000;
    const postgres = (await ours.cpuSeconds()) - cpu;
    const left = await pool().query("SELECT FROM subject WHERE id = $1", [leaving]);
    if (left.rows.length > 0) throw new Error("It was not deleted in one run");
    const what = `${DAYS} days of 116 series at 5 s, ${shown(megabytes)} MB, ${removed} rows`;
    console.log(`\nDeleting a server; SHA-256 of 100 MiB takes ${host.toFixed(0)} ms of CPU:\n`);
    const heads = [what, "s", "CPU-s in PostgreSQL", "a tick alone: median, p99, most ms", "a tick meanwhile"];
    const cells = [
      "",
      ...[seconds, postgres].map(shown),
      ...[alone, meanwhile].map((ticks) =>
        Object.values<number>({ ...ticks })
          .map(shown)
          .join(" · "),
      ),
    ];
    for (const line of [heads, heads.map(() => "---"), cells]) console.log(`| ${line.join(" | ")} |`);
    saveResults("deleting", { calibration_ms: host, seconds, removed, megabytes, alone, meanwhile });
  } finally {
    await ours.stop();
  }
}

await benchDeleting();
