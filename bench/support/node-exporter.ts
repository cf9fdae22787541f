// What one scrape of node_exporter costs on this machine: as it is installed, or with the collectors that tell what we read.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { freePort, until } from "../../tests/e2e/support/app";
import { familyCpuSeconds } from "./processes";
import { findProgram } from "./programs";

const SAME =
  "cpu cpufreq stat loadavg meminfo vmstat netdev netclass netstat sockstat tcpstat diskstats filesystem pressure thermal_zone";
const SAME_ONLY = ["--collector.disable-defaults", ...SAME.split(" ").map((name) => `--collector.${name}`)];
const WARM_SCRAPES = 20;

export interface NodeExporter {
  version: string;
  samples: number;
  scrape(): Promise<unknown>;
  /** CPU milliseconds so far. */
  cpuMs(): number;
  stop(): Promise<void>;
}

/** Starts it; undefined where the program cannot be had, or does not know all of the collectors. */
export async function startNodeExporter(which: "default" | "same"): Promise<NodeExporter | undefined> {
  const program = findProgram("prometheus-node-exporter");
  if (!program) return undefined;
  const address = `127.0.0.1:${await freePort()}`;
  const parameters = [`--web.listen-address=${address}`, ...(which === "same" ? SAME_ONLY : [])];
  const child: ChildProcess = spawn(program.path, parameters, { stdio: "ignore" });
  const scrape = () => fetch(`http://${address}/metrics`).then((answer) => answer.text());
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  try {
    const text = await until("node_exporter", () => scrape().catch(() => undefined), 20_000);
    for (let time = 0; time < WARM_SCRAPES; time++) await scrape();
    const samples = text.split("\n").filter((line) => /^node_/.test(line)).length;
    return { version: program.version, samples, scrape, cpuMs: () => familyCpuSeconds(child.pid ?? 0) * 1000, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
