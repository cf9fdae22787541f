// The one place that chooses how a kind of host is asked; everything after it is the same for all.
import type { HostReader } from "../probe";
import { librarySource } from "./library/source";
import { linuxSource } from "./linux/source";
import type {
  CpuReading,
  DiskReading,
  MemoryReading,
  NetworkReading,
  PagingReading,
  PressureReading,
  ProcessesReading,
} from "./readings";

/** Everything that a machine can be asked. Each throws ProbeError when its main source cannot be read. */
export interface HostSource {
  cpu(host: HostReader): Promise<CpuReading>;
  memory(host: HostReader): Promise<MemoryReading>;
  network(host: HostReader): Promise<NetworkReading>;
  disk(host: HostReader): Promise<DiskReading>;
  paging(host: HostReader): Promise<PagingReading>;
  pressure(host: HostReader): Promise<PressureReading>;
  processes(host: HostReader): Promise<ProcessesReading>;
}

const SOURCES: Record<HostReader["kind"], HostSource> = { linux: linuxSource, library: librarySource };

/** How `host` is asked. */
export function sourceOf(host: HostReader): HostSource {
  return SOURCES[host.kind];
}
