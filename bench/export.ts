// How fast and in how much memory history leaves as a file: ten million samples of one server.
import { randomBytes } from "node:crypto";
import { pathToFileURL } from "node:url";
import { pool } from "../lib/db";
import { provideEnv } from "../lib/env";
import { exportHistory } from "../lib/fleet/export";
import { systemActor } from "../lib/users/permissions";
import { FILLED_METRICS, fillSealed } from "../tests/support/filled";
import { startTestServer } from "../tests/support/server";
import { calibration, cpuSeconds } from "./support/measure";

const HOURS = 1_737;

/** Takes a whole export and tells what it cost. */
async function measure(format: "csv" | "json", range: { from: number; to: number }): Promise<void> {
  const question = { server: "filled", metrics: FILLED_METRICS.join(","), ...range, interval: "raw", format } as const;
  const [began, spent] = [performance.now(), process.cpuUsage()];
  const { body } = await exportHistory(systemActor(), question);
  let [bytes, most] = [0, 0];
  for await (const chunk of body) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage.rss());
  }
  const [seconds, cpu] = [(performance.now() - began) / 1000, cpuSeconds(spent)];
  const samples = HOURS * 720 * FILLED_METRICS.length;
  console.log(
    `${format}: ${(samples / 1e6).toFixed(1)} M samples, ${(bytes / 1e6).toFixed(0)} MB in ${seconds.toFixed(1)} s ` +
      `(${(samples / seconds / 1e6).toFixed(2)} M/s, ${cpu.toFixed(1)} CPU-s here), at most ${(most / 1e6).toFixed(0)} MB resident`,
  );
}

/** Runs everything on a server of its own and prints the results. */
export async function benchExport(): Promise<void> {
  const server = await startTestServer();
  const secret = () => randomBytes(32).toString("base64url");
  provideEnv({ DATABASE_URL: await server.createDatabase(), AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` });
  try {
    console.log(`calibration: ${calibration().toFixed(0)} ms for SHA-256 of 100 MiB`);
    const range = await fillSealed("filled", HOURS);
    for (const format of ["csv", "json"] as const) await measure(format, range);
  } finally {
    await pool().end();
    await server.stop();
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await benchExport();
