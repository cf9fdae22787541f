// Asks a Linux host through its /proc and /sys.
import type { HostSource } from "../sources";
import { readCpu } from "./cpu";
import { readDisk } from "./disk";
import { readMemory } from "./memory";
import { readNetwork } from "./network";
import { readPressure } from "./pressure";
import { readProcesses } from "./processes";
import { readPaging } from "./vmstat";

export const linuxSource: HostSource = {
  cpu: readCpu,
  memory: readMemory,
  network: readNetwork,
  disk: readDisk,
  paging: readPaging,
  pressure: readPressure,
  processes: readProcesses,
};
