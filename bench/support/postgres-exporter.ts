// What one scrape of prometheus-postgres-exporter costs, measured on the same server that Dozor watches.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { freePort, until } from "../../tests/e2e/support/app";
import { familyCpuSeconds } from "./processes";
import { findProgram } from "./programs";

export interface ScrapeCost {
  version: string;
  /** CPU milliseconds of the exporter for one scrape. */
  cpuMs: number;
  /** Of the statements that it sends, on the target, where that was measured. */
  samples: number;
}

/** Scrapes it that often; undefined where the program cannot be had. */
export async function scrapeCost(url: string, scrapes: number): Promise<ScrapeCost | undefined> {
  const program = findProgram("prometheus-postgres-exporter");
  if (!program) return undefined;
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program.path, [`--web.listen-address=${address}`], {
    env: { NODE_ENV: "production", DATA_SOURCE_NAME: url },
    stdio: "ignore",
  });
  try {
    const scrape = () => fetch(`http://${address}/metrics`).then((answer) => answer.text());
    const text = await until("the exporter", () => scrape().catch(() => undefined), 20_000);
    for (let i = 0; i < 10; i++) await scrape();
    const before = familyCpuSeconds(child.pid ?? 0);
    for (let i = 0; i < scrapes; i++) await scrape();
    const cpuMs = ((familyCpuSeconds(child.pid ?? 0) - before) * 1000) / scrapes;
    return { version: program.version, cpuMs, samples: text.split("\n").filter((line) => /^pg_/.test(line)).length };
  } finally {
    child.kill();
    await once(child, "exit");
  }
}
