// What a machine said in one reading, the same for every kind of host: counters as they are, `null` where unknown.
import type { FileSystemFacts } from "../probe";
import type { Reasons } from "../reasons";

/** A number of the machine, or `null` where it does not tell. */
export type Count = number | null;

/** Cumulative time of one processor by state, in any unit; `user` and `nice` hold the guests' time too, as the kernel counts. */
export interface CpuTimes {
  user: Count;
  nice: Count;
  system: Count;
  idle: Count;
  iowait: Count;
  irq: Count;
  softirq: Count;
  steal: Count;
  guest: Count;
  guestNice: Count;
}

export interface CpuReading {
  total: CpuTimes | null;
  /** By processor number; a processor that is offline is missing. */
  cores: Map<number, CpuTimes>;
  /** By processor number. */
  frequencyMhz: Count[];
  /** Per core where there are such sensors, else per package. */
  temperatureCelsius: Count[];
  interrupts: Count;
  contextSwitches: Count;
  /** Over 1, 5 and 15 minutes. */
  loadAverage: Count[];
  physicalCores: Count;
  running: Count;
  blocked: Count;
  /** Processes and threads started since boot. */
  forks: Count;
  /** When the machine was started, in seconds since the epoch. */
  bootedAt: Count;
  /** In what the times are counted. */
  ticksPerSecond: number;
  unavailable: Reasons;
}

/** Bytes, but huge pages in pages. */
export interface MemoryReading {
  total: Count;
  available: Count;
  free: Count;
  cached: Count;
  buffers: Count;
  shared: Count;
  dirty: Count;
  slab: Count;
  swapTotal: Count;
  swapFree: Count;
  hugePagesTotal: Count;
  hugePagesFree: Count;
  hugePagesReserved: Count;
  /** Every line of the kernel's table by the name it has there, in bytes where it says kB. */
  all: Record<string, number>;
  unavailable: Reasons;
}

export interface InterfaceReading {
  name: string;
  bytesRecv: Count;
  bytesSent: Count;
  packetsRecv: Count;
  packetsSent: Count;
  errorsIn: Count;
  errorsOut: Count;
  dropsIn: Count;
  dropsOut: Count;
  up: boolean | null;
  speedMbps: Count;
  /** Has hardware (or a virtual machine's card) under it: no bridge, tunnel or VLAN on top of another. */
  physical: boolean;
}

export interface NetworkReading {
  interfaces: InterfaceReading[];
  /** State → sockets. */
  tcp: Record<TcpState, Count>;
  udp: Count;
  retransmits: Count;
  listenOverflows: Count;
  unavailable: Reasons;
}

export const TCP_STATES = [
  "established",
  "syn_sent",
  "syn_recv",
  "fin_wait1",
  "fin_wait2",
  "time_wait",
  "close",
  "close_wait",
  "last_ack",
  "listen",
  "closing",
] as const;
export type TcpState = (typeof TCP_STATES)[number];

export interface DeviceReading {
  name: string;
  readBytes: Count;
  writeBytes: Count;
  readCount: Count;
  writeCount: Count;
  readTimeMs: Count;
  writeTimeMs: Count;
  /** Time with at least one request under way. */
  busyMs: Count;
  /** Time × requests under way. */
  queueMs: Count;
}

export interface PartitionReading {
  mount: string;
  device: string;
  fstype: string;
  facts: FileSystemFacts | null;
}

export interface DiskReading {
  devices: DeviceReading[];
  partitions: PartitionReading[];
  unavailable: Reasons;
}

/** What the kernel has moved between memory and disks, and how often memory was not at hand. */
export interface PagingReading {
  pagedInKib: Count;
  pagedOutKib: Count;
  swappedInPages: Count;
  swappedOutPages: Count;
  faults: Count;
  /** Those that had to wait for a disk. */
  majorFaults: Count;
  /** Processes that were killed because memory had run out. */
  outOfMemoryKills: Count;
  pageSizeBytes: number;
  unavailable: Reasons;
}

export const PRESSURE_RESOURCES = ["cpu", "memory", "io"] as const;
export type PressureResource = (typeof PRESSURE_RESOURCES)[number];
/** `some`: at least one task waited, `full`: all that had something to do. */
export const PRESSURE_KINDS = ["some", "full"] as const;
export type PressureKind = (typeof PRESSURE_KINDS)[number];

/** Shares of the last 10, 60 and 300 seconds in percent, and all of the time since boot. */
export interface StallReading {
  avg10: number;
  avg60: number;
  avg300: number;
  totalMicroseconds: number;
}

export interface PressureReading {
  stalls: Record<PressureResource, Record<PressureKind, StallReading | null>>;
  unavailable: Reasons;
}

export interface ProcessReading {
  pid: number;
  /** As the program calls itself: no path, no arguments. */
  command: string;
  /** What it is counted under; threads of the kernel are one. */
  group: string;
  /** Clock ticks after boot; together with the number it names a process for good. */
  startTicks: number;
  /** Processor time so far, of all its threads. */
  cpuTicks: number;
  threads: number;
  rssBytes: number;
  /** What is asked only of those that use most; undefined: not asked. */
  more?: { user: string | null; io: { readBytes: number; writeBytes: number } | null };
}

export interface ProcessesReading {
  /** null: not known, for the reason given. */
  processes: ProcessReading[] | null;
  /** Groups with a row of their own. */
  kept: ReadonlySet<string>;
  /** Of the machine, at the reading. */
  uptimeSeconds: Count;
  ticksPerSecond: number;
  unavailable: Reasons;
}
