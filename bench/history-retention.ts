// What it takes to reduce a week of one machine, and to drop it.
import { applyRetention, type RetentionPolicy } from "../lib/metrics/retention";
import { DAY_MS, hoursOf, ONE_HOST, START } from "./support/data-sets";
import { calibration, cpuSeconds, progress } from "./support/measure";
import { copyDay, newSubjects, type Ours, startOurs, storedBytes, storeHour } from "./support/ours";
import { saveResults, shown } from "./support/table";

const WEEK_DAYS = 7;
const KEPT: RetentionPolicy = {
  archiveEnabled: true,
  retentionDays: 3_650,
  retentionMonths: 120,
  downsampleAfterDays: 1,
  downsampleInterval: "5s",
};
/** The week has ended, and the day in which late samples may come. */
const NOW = START + (WEEK_DAYS + 2) * DAY_MS;

const RUNS: Record<string, Partial<RetentionPolicy>> = {
  "reduced to 1 minute": { downsampleInterval: "1m" },
  "reduced to 5 minutes": { downsampleInterval: "5m" },
  "to hourly aggregates": { downsampleInterval: "1h" },
  "samples dropped": { retentionDays: 1 },
};

interface Cost {
  what: string;
  seconds: number;
  node_cpu: number;
  postgres_cpu: number;
  rows: number;
  megabytes_before: number;
  megabytes_after: number;
}

const megabytes = async () => (await storedBytes()).bytes / 1e6;

async function costOf(what: string, ours: Ours): Promise<Cost> {
  const before = await megabytes();
  const [began, node, postgres] = [performance.now(), process.cpuUsage(), await ours.cpuSeconds()];
  const result = await applyRetention({ ...KEPT, ...RUNS[what] }, NOW, { dryRun: false });
  return {
    what,
    seconds: (performance.now() - began) / 1000,
    node_cpu: cpuSeconds(node),
    postgres_cpu: (await ours.cpuSeconds()) - postgres,
    rows: result.deletedCount + result.downsampledCount,
    megabytes_before: before,
    megabytes_after: await megabytes(),
  };
}

async function measure(what: string): Promise<Cost> {
  const ours = await startOurs();
  try {
    const [subject = 0] = await newSubjects(1);
    for (const writes of hoursOf(ONE_HOST, [subject])) await storeHour(writes);
    await copyDay(START, WEEK_DAYS);
    const cost = await costOf(what, ours);
    if (cost.rows === 0) throw new Error(`Nothing was ${what}`);
    progress(what);
    return cost;
  } finally {
    await ours.stop();
  }
}

async function benchRetention(): Promise<void> {
  const host = calibration();
  const costs: Cost[] = [];
  for (const what of Object.keys(RUNS)) costs.push(await measure(what));
  const heads = ["one week of 116 series at 5 s", "s", "CPU-s in Node", "CPU-s in PostgreSQL", "part-hours", "MB"];
  const rows = costs.map((cost) => [
    cost.what,
    ...[cost.seconds, cost.node_cpu, cost.postgres_cpu, cost.rows].map(shown),
    `${shown(cost.megabytes_before)} → ${shown(cost.megabytes_after)}`,
  ]);
  console.log(`\nRetention; SHA-256 of 100 MiB takes ${host.toFixed(0)} ms of CPU:\n`);
  for (const cells of [heads, heads.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
  saveResults("history_retention", { calibration_ms: host, costs });
}

await benchRetention();
