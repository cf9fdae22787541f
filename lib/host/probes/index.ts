// Every question a machine is asked on a schedule.
import type { HostProbe } from "../../probe";
import { cpu } from "./cpu";
import { disk } from "./disk";
import { memory } from "./memory";
import { memoryBandwidth } from "./memory-bandwidth";
import { network } from "./network";
import { perfEvents } from "./perf-events";
import { pressure } from "./pressure";
import { processes } from "./processes";

export const hostProbes: readonly HostProbe[] = [
  cpu,
  memory,
  network,
  disk,
  memoryBandwidth,
  pressure,
  processes,
  perfEvents,
] as HostProbe[];
