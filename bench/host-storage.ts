// What history of this machine needs on disk for a day, by kind: an hour of samples that were really taken, times 24.
import { pool } from "../lib/db";
import { progress } from "./support/measure";
import { newSubjects, startOurs, storeHour } from "./support/ours";
import { recordHost } from "./support/recorded-host";
import { saveResults } from "./support/table";

/** Those of an hour at 5 s. */
const SAMPLES = 720;
const PAUSE_MS = Number(process.env.PAUSE_MS ?? 1_000);
const GOAL_MB = 3;

const SIZES = `SELECT s.probe, (SELECT count(*) FROM series p WHERE p.set_id = ANY (array_agg(s.id)))::int AS series,
  sum((SELECT coalesce(sum(pg_column_size(d.*)), 0) FROM sample_data d WHERE d.set_id = s.id))::int AS data,
  sum((SELECT coalesce(sum(pg_column_size(h.*)), 0) FROM sample_hour h WHERE h.set_id = s.id))::int AS hour
FROM series_set s GROUP BY s.probe ORDER BY data DESC`;

async function benchStorage(): Promise<void> {
  progress(`taking ${SAMPLES} samples, ${PAUSE_MS} ms apart`);
  const writes = await recordHost(SAMPLES, PAUSE_MS);
  const ours = await startOurs();
  try {
    const [subject = 0] = await newSubjects(1);
    await storeHour(writes.map((batches) => batches.map((batch) => ({ ...batch, subject }))));
    const { rows } = await pool().query<{ probe: string; series: number; data: number; hour: number }>(SIZES);
    const day = rows.map((row) => ({ ...row, kb: (24 * (row.data + row.hour)) / 1000 }));
    console.log("\n| probe | series | kB a day, samples | kB a day, hours |\n| --- | --- | --- | --- |");
    for (const { probe, series, data, hour } of day)
      console.log(`| ${probe} | ${series} | ${((24 * data) / 1000).toFixed(0)} | ${((24 * hour) / 1000).toFixed(0)} |`);
    const mb = day.reduce((sum, { kb }) => sum + kb, 0) / 1000;
    console.log(`\n${mb.toFixed(2)} MB for this machine and a day at 5 s (goal: ${GOAL_MB} MB)`);
    saveResults("host_storage", { pause_ms: PAUSE_MS, megabytes: mb, probes: day });
  } finally {
    await ours.stop();
  }
}

await benchStorage();
