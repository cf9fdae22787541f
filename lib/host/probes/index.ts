// Every question a machine is asked on a schedule.
import type { HostProbe } from "../../probe";
import { cpu } from "./cpu";
import { disk } from "./disk";
import { memory } from "./memory";
import { network } from "./network";

export const hostProbes: readonly HostProbe[] = [cpu, memory, network, disk] as HostProbe[];
