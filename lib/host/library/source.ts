// Asks a machine through the systeminformation package: macOS, Windows, BSD.
import { type CpuInfo, cpus, loadavg } from "node:os";
import type { HostReader } from "../../probe";
import type { Reasons } from "../../reasons";
import {
  type Count,
  type CpuReading,
  type CpuTimes,
  type DeviceReading,
  type DiskReading,
  type MemoryReading,
  type NetworkReading,
  TCP_STATES,
} from "../readings";
import { halfMinute, remember, sparing } from "../remember";
import type { HostSource } from "../sources";
import { kernelSource } from "./kernel";

const NOT_TOLD = "not told by this operating system";

/** Loaded on first use: on Linux only the facts of the start need it. */
const library = () => import("systeminformation").then((module) => module.default);

export const librarySource: HostSource = { cpu, memory, network, disk, ...kernelSource };

/** What Node's own table of processors does not hold. */
const UNTOLD_TIMES = { iowait: null, softirq: null, steal: null, guest: null, guestNice: null };

async function cpu(host: HostReader): Promise<CpuReading> {
  const cores = cpus().map(({ times }) => toTimes(times));
  const slow = await slowCpu(host, undefined);
  const loadAverage = process.platform === "win32" ? [] : loadavg();
  const unavailable = notTold(
    "iowait softirq steal guest interrupts interrupts_per_sec context_switches context_switches_per_sec procs_running procs_blocked",
  );
  if (process.platform !== "win32") unavailable.irq = NOT_TOLD;
  if (loadAverage.length === 0) unavailable.load_avg = NOT_TOLD;
  if (slow.frequencyMhz.length === 0) unavailable.frequency_mhz = NOT_TOLD;
  if (slow.temperatureCelsius.length === 0) unavailable.temperature_celsius = NOT_TOLD;
  if (slow.physicalCores === null) unavailable.physical_cores = NOT_TOLD;
  return {
    total: cores.length === 0 ? null : cores.reduce(addTimes),
    cores: new Map(cores.entries()),
    ...slow,
    interrupts: null,
    contextSwitches: null,
    loadAverage,
    running: null,
    blocked: null,
    forks: null,
    bootedAt: null,
    ticksPerSecond: 1000,
    unavailable,
  };
}

/** @param times milliseconds, of which only Windows tells those in interrupts */
function toTimes({ user, nice, sys, idle, irq }: CpuInfo["times"]): CpuTimes {
  return { ...UNTOLD_TIMES, user, nice, system: sys, idle, irq: process.platform === "win32" ? irq : null };
}

function addTimes(a: CpuTimes, b: CpuTimes): CpuTimes {
  const sum = (one: Count, other: Count) => (one === null || other === null ? null : one + other);
  return {
    ...UNTOLD_TIMES,
    user: sum(a.user, b.user),
    nice: sum(a.nice, b.nice),
    system: sum(a.system, b.system),
    idle: sum(a.idle, b.idle),
    irq: sum(a.irq, b.irq),
  };
}

/** Each of these may start a program. */
const slowCpu = remember(async (_host, _key: undefined) => {
  const { cpu: model, cpuCurrentSpeed, cpuTemperature } = await library();
  const [{ physicalCores }, { cores }, { cores: degrees, main }] = await Promise.all([
    model(),
    cpuCurrentSpeed(),
    cpuTemperature(),
  ]);
  const perCore = degrees.filter((one) => one > 0);
  return {
    physicalCores: known(physicalCores),
    frequencyMhz: cores.some((gigahertz) => gigahertz > 0) ? cores.map((one) => known(Math.round(one * 1000))) : [],
    temperatureCelsius: perCore.length > 0 ? perCore : main > 0 ? [main] : [],
  };
}, halfMinute);

async function memory(): Promise<MemoryReading> {
  const told = await (await library()).mem();
  const reading = {
    total: known(told.total),
    available: known(told.available),
    free: known(told.free),
    cached: known(told.cached),
    buffers: known(told.buffers),
    shared: null,
    dirty: known(told.dirty),
    slab: known(told.slab),
    swapTotal: told.swaptotal,
    swapFree: told.swapfree,
    hugePagesTotal: null,
    hugePagesFree: null,
    hugePagesReserved: null,
    all: {},
  };
  const missing = ["cached", "buffers", "shared", "dirty", "slab"] as const;
  const unavailable = notTold("hugepages_total hugepages_free hugepages_reserved");
  for (const name of missing) if (reading[name] === null) unavailable[`${name}_bytes`] = NOT_TOLD;
  return { ...reading, unavailable };
}

async function network(host: HostReader): Promise<NetworkReading> {
  const { networkStats } = await library();
  const [told, cards, sockets] = await Promise.all([
    networkStats("*"),
    cardsOf(host, undefined),
    countSockets(host, undefined),
  ]);
  const interfaces = told.map((one) => {
    // The library answers zeros where it could not ask.
    const counted = one.rx_bytes > 0 || one.tx_bytes > 0;
    const count = (value: number) => (counted && Number.isFinite(value) ? value : null);
    return {
      name: one.iface,
      bytesRecv: count(one.rx_bytes),
      bytesSent: count(one.tx_bytes),
      packetsRecv: null,
      packetsSent: null,
      errorsIn: count(one.rx_errors),
      errorsOut: count(one.tx_errors),
      dropsIn: count(one.rx_dropped),
      dropsOut: count(one.tx_dropped),
      up: one.operstate === "up" ? true : one.operstate === "down" ? false : null,
      speedMbps: cards.get(one.iface)?.speedMbps ?? null,
      physical: cards.get(one.iface)?.physical ?? false,
    };
  });
  const reasons = notTold(
    "packets_recv packets_sent packets_recv_per_sec packets_sent_per_sec total_packets_recv total_packets_sent total_packets_recv_per_sec total_packets_sent_per_sec retransmits_per_sec listen_overflows_per_sec",
  );
  return { interfaces, ...sockets, retransmits: null, listenOverflows: null, unavailable: reasons };
}

const cardsOf = remember(async (_host, _key: undefined) => {
  const told = await (await library()).networkInterfaces();
  const list = Array.isArray(told) ? told : [told];
  return new Map(
    list.map((one) => [
      one.iface,
      { speedMbps: known(one.speed ?? 0), physical: !one.internal && !one.virtual && one.type !== "virtual" },
    ]),
  );
}, halfMinute);

/** The library's words for states, which differ between the programs it calls. */
const STATE_WORDS = new Map<string, (typeof TCP_STATES)[number]>([
  ...TCP_STATES.map((state): [string, (typeof TCP_STATES)[number]] => [state, state]),
  ["estab", "established"],
  ["syn_received", "syn_recv"],
  ["syn_rcvd", "syn_recv"],
  ["fin_wait_1", "fin_wait1"],
  ["fin_wait_2", "fin_wait2"],
  ["closed", "close"],
  ["listening", "listen"],
]);

const countSockets = remember(async (_host, _key: undefined): Promise<Pick<NetworkReading, "tcp" | "udp">> => {
  const told = await (await library()).networkConnections();
  const counted = told.length > 0;
  const tcp = Object.fromEntries(TCP_STATES.map((state) => [state, counted ? 0 : null])) as NetworkReading["tcp"];
  let udp = 0;
  for (const { protocol, state } of told) {
    const word = STATE_WORDS.get(state.toLowerCase().replaceAll("-", "_"));
    if (protocol.startsWith("udp")) udp++;
    else if (word) tcp[word] = (tcp[word] ?? 0) + 1;
  }
  return { tcp, udp: counted ? udp : null };
}, sparing);

async function disk(): Promise<DiskReading> {
  const { fsSize } = await library();
  const [mounted, devices] = [await fsSize(), await allDevices()];
  const partitions = mounted
    .filter((one) => one.size > 0)
    .map((one) => ({
      mount: one.mount,
      device: one.fs,
      fstype: one.type,
      facts: {
        totalBytes: one.size,
        freeBytes: one.size - one.used,
        availableBytes: one.available,
        inodes: 0,
        inodesFree: 0,
      },
    }));
  const unavailable: Reasons = { ...notTold("inodes_total inodes_used inodes_free utilisation_percent queue_depth") };
  if (devices.length === 0) unavailable.devices = NOT_TOLD;
  return { devices, partitions, unavailable };
}

/** The library tells only the sum of all disks; none where it tells nothing, as on Windows. */
async function allDevices(): Promise<DeviceReading[]> {
  const { disksIO, fsStats } = await library();
  const io = await disksIO();
  const bytes = await fsStats();
  if (!io && !bytes) return [];
  return [
    {
      name: "all",
      readBytes: known(bytes?.rx),
      writeBytes: known(bytes?.wx),
      readCount: known(io?.rIO),
      writeCount: known(io?.wIO),
      readTimeMs: known(io?.rWaitTime),
      writeTimeMs: known(io?.wWaitTime),
      busyMs: null,
      queueMs: null,
    },
  ];
}

/** The library answers 0 or nothing where it does not know. */
function known(value: number | null | undefined): Count {
  return typeof value === "number" && value > 0 && Number.isFinite(value) ? value : null;
}

function notTold(names: string): Reasons {
  return Object.fromEntries(names.split(" ").map((name) => [name, NOT_TOLD]));
}
