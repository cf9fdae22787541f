// A collector as a process of its own, which tells on request what it has used and how late its event loop was.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { startCollector } from "../../lib/collect/index";

export interface Usage {
  /** Seconds of this process since the last request, user and system. */
  cpuSeconds: number;
  rssMiB: number;
  /** Delay of the event loop since the last request, in milliseconds. */
  delay: { p50: number; p99: number; max: number };
}

/** How often it looks; what it tells includes this pause. */
const RESOLUTION_MS = 10;
const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delays.enable();
let before = process.cpuUsage();

function usage(): Usage {
  const { user, system } = process.cpuUsage(before);
  before = process.cpuUsage();
  const ms = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS);
  const delay = { p50: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), max: ms(delays.max) };
  delays.reset();
  return { cpuSeconds: (user + system) / 1e6, rssMiB: process.memoryUsage.rss() / 2 ** 20, delay };
}

const stop = await startCollector({ exclusive: true });
process.on("message", () => process.send?.(usage()));
process.on("disconnect", async () => {
  await stop();
  process.exit(0);
});
process.send?.("ready");
