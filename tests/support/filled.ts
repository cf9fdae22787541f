// A long history in seconds: one hour of noise written and sealed, the others copies of its rows.
import { pool } from "../../lib/db";
import { HOUR_MS, hourOf } from "../../lib/metrics/hour";
import { ensurePartitions } from "../../lib/metrics/partitions";
import { sealHours } from "../../lib/metrics/seal";
import { writeSamples } from "../../lib/metrics/write";
import { createServerRow } from "./live";

const NAMES = ["usage_percent", "user", "system", "nice", "idle", "iowait", "irq", "softirq"];
/** 720 samples of each of these an hour. */
export const FILLED_METRICS = NAMES.map((name) => `cpu.${name}`);
const START = Date.UTC(2026, 2, 2);
const TICKS = 720;

/** Gives a new server of that name so many sealed hours. @returns their range, ms since the epoch */
export async function fillSealed(server: string, hours: number): Promise<{ from: number; to: number }> {
  const subject = await createServerRow(server);
  const noise = noisy();
  await writeSamples(
    Array.from({ length: TICKS }, (_, tick) => ({
      subject,
      ts: START + (tick * HOUR_MS) / TICKS,
      probe: "cpu",
      rows: [{ labels: {}, values: Object.fromEntries(NAMES.map((name) => [name, noise()])) }],
    })),
  );
  await sealHours(START + 2 * HOUR_MS);
  const first = hourOf(START);
  await ensurePartitions(Array.from({ length: Math.ceil(hours / 24) + 1 }, (_, day) => first + 24 * day));
  for (const [table, columns] of Object.entries({ sample_data: "offs, data", sample_hour: "agg" })) {
    await pool().query(
      `INSERT INTO ${table} (set_id, hour, ${columns})
       SELECT set_id, hour + n, ${columns} FROM ${table} JOIN series_set s ON s.id = set_id, generate_series(1, $1 - 1) AS n
       WHERE hour = $2 AND s.subject = $3 ORDER BY n`,
      [hours, first, subject],
    );
  }
  return { from: START, to: START + hours * HOUR_MS };
}

/** Percentages with two decimals, the same ones each time. */
function noisy(): () => number {
  let seed = 1;
  return () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.round((seed / 2_147_483_648) * 10_000) / 100;
  };
}
