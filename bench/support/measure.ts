// Small measuring tools that benchmarks share.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import pg from "pg";
import { env } from "../../lib/env";

/** CPU milliseconds for a fixed piece of work, so that figures of two machines can be set in relation. */
export function calibration(): number {
  const block = Buffer.alloc(1 << 20, 7);
  const start = process.cpuUsage();
  for (let round = 0; round < 100; round++) createHash("sha256").update(block).digest();
  return cpuSeconds(start) * 1000;
}

/** CPU seconds (user + system) of this process since a `process.cpuUsage()`. */
export function cpuSeconds(since: NodeJS.CpuUsage): number {
  const spent = process.cpuUsage(since);
  return (spent.user + spent.system) / 1e6;
}

/** CPU seconds so far of all processes of a PostgreSQL server on this machine; NaN where there is no /proc. */
export async function serverCpuSeconds(database: pg.Pool): Promise<number> {
  if (process.platform !== "linux") return Number.NaN;
  const { rows } = await database.query<{ pid: number }>("SELECT pid FROM pg_stat_activity");
  const ticks = rows.map(({ pid }) => {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    return Number(fields[11]) + Number(fields[12]);
  });
  return ticks.reduce((sum, one) => sum + one, 0) / 100;
}

/** Runs a statement that may take longer than lib/db allows, on a connection of its own. */
export async function patiently(sql: string, parameters: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: env().DATABASE_URL });
  await client.connect();
  try {
    return (await client.query(sql, parameters)).rows;
  } finally {
    await client.end();
  }
}

/** The middle one; the lower of two. */
export const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) / 2)] ?? Number.NaN;

const began = performance.now();

/** Tells what is done, and how long everything has taken so far. */
export function progress(what: string): void {
  console.error(`  ${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
