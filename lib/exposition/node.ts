// A machine under the names of node_exporter: https://github.com/prometheus/node_exporter
import type { HostFacts } from "../host/schema";
import { fromTable } from "../row-table";
import type { Add } from "./fleet";
import { type LabelText, labelText } from "./format";
import type { NodeName } from "./names";
import type { Newest, NewestOfServer } from "./newest";

/** Numbers by metric's name, in a probe's snapshot. */
type Numbers = Readonly<Record<string, number | null | undefined>>;
type Factors = Readonly<Record<string, readonly [name: NodeName, factor?: number]>>;

interface Telling {
  add: Add;
  server: string;
}

/** Tells what is known of a server's machine. */
export function addMachine(add: Add, { name: server, newest }: NewestOfServer): void {
  const telling = { add, server };
  const probes: Readonly<Record<string, (telling: Telling, told: Newest) => void>> = {
    cpu: addCpu,
    memory: addMemory,
    memory_bandwidth: addPaging,
    disk: addDisk,
    network: addNetwork,
    pressure: addPressure,
  };
  for (const [probe, tell] of Object.entries(probes)) {
    const told = newest.get(probe);
    if (told) tell(telling, told);
  }
  const facts = newest.get("host_facts")?.data as HostFacts | undefined;
  if (facts && newest.has("cpu")) addFacts(telling, facts);
}

function addAll({ add }: Telling, labels: LabelText, { numbers, names }: { numbers: Numbers; names: Factors }): void {
  for (const [key, [name, factor = 1]] of Object.entries(names)) {
    const value = numbers[key];
    if (value != null) add(`node_${name}`, labels, value * factor);
  }
}

const rowsOf = ({ exposed }: Newest) => (exposed ? fromTable(exposed) : []);

const MODES = {
  ...{ user: "user", nice: "nice", system: "system", idle: "idle" },
  ...{ iowait: "iowait", irq: "irq", softirq: "softirq", steal: "steal" },
};
const GUEST_MODES = { guest: "user", guestNice: "nice" };

const CPU: Factors = {
  interrupts: ["intr_total"],
  context_switches: ["context_switches_total"],
  procs_running: ["procs_running"],
  procs_blocked: ["procs_blocked"],
};
const SINCE_BOOT: Factors = { forks: ["forks_total"], boot_time_seconds: ["boot_time_seconds"] };
const LOADS = ["load1", "load5", "load15"] as const;
const MHZ = 1e6;

interface CpuSnapshot {
  load_avg?: readonly (number | null)[];
  frequency_mhz?: readonly (number | null)[];
}

function addCpu(telling: Telling, told: Newest): void {
  const { add, server } = telling;
  const here = labelText({ server });
  const snapshot = told.data as Numbers & CpuSnapshot;
  addAll(telling, here, { numbers: snapshot, names: CPU });
  for (const [i, name] of LOADS.entries()) add(`node_${name}`, here, snapshot.load_avg?.[i]);
  for (const [core, megahertz] of (snapshot.frequency_mhz ?? []).entries())
    add("node_cpu_scaling_frequency_hertz", labelText({ server, cpu: String(core) }), megahertz && megahertz * MHZ);
  add("node_time_seconds", here, told.at / 1_000);
  for (const { labels, values } of rowsOf(told)) {
    const cpu = labels.core;
    if (cpu === undefined) addAll(telling, here, { numbers: values, names: SINCE_BOOT });
    else addTimes(telling, cpu, values);
  }
}

function addTimes({ add, server }: Telling, cpu: string, seconds: Numbers): void {
  for (const [key, mode] of Object.entries(MODES))
    add("node_cpu_seconds_total", labelText({ server, cpu, mode }), seconds[key]);
  for (const [key, mode] of Object.entries(GUEST_MODES))
    add("node_cpu_guest_seconds_total", labelText({ server, cpu, mode }), seconds[key]);
}

/** `Active(anon)` is told as `node_memory_Active_anon_bytes`; huge pages are counted. */
const memoryName = (line: string): string => {
  const word = line.replace("(", "_").replace(")", "");
  return `node_memory_${word}${line.startsWith("HugePages_") ? "" : "_bytes"}`;
};

function addMemory({ add, server }: Telling, told: Newest): void {
  const here = labelText({ server });
  for (const { values } of rowsOf(told))
    for (const [line, value] of Object.entries(values)) add(memoryName(line), here, value);
}

function addPaging({ add, server }: Telling, told: Newest): void {
  const here = labelText({ server });
  for (const { values } of rowsOf(told))
    for (const [name, value] of Object.entries(values)) add(`node_vmstat_${name}`, here, value);
}

const MS = 1 / 1_000;
const DEVICE: Factors = {
  read_bytes: ["disk_read_bytes_total"],
  write_bytes: ["disk_written_bytes_total"],
  read_count: ["disk_reads_completed_total"],
  write_count: ["disk_writes_completed_total"],
  read_time_ms: ["disk_read_time_seconds_total", MS],
  write_time_ms: ["disk_write_time_seconds_total", MS],
};
const DEVICE_TIMES: Factors = {
  busy_ms: ["disk_io_time_seconds_total", MS],
  queue_ms: ["disk_io_time_weighted_seconds_total", MS],
};
const FILE_SYSTEM: Factors = {
  total_bytes: ["filesystem_size_bytes"],
  free_bytes: ["filesystem_free_bytes"],
  available_bytes: ["filesystem_avail_bytes"],
  inodes_total: ["filesystem_files"],
  inodes_free: ["filesystem_files_free"],
};

interface DiskSnapshot {
  devices?: Readonly<Record<string, Numbers>>;
  partitions?: Readonly<Record<string, Numbers & { device: string; fstype: string }>>;
}

function addDisk(telling: Telling, told: Newest): void {
  const { add, server } = telling;
  const { devices = {}, partitions = {} } = told.data as DiskSnapshot;
  for (const [device, numbers] of Object.entries(devices))
    addAll(telling, labelText({ server, device }), { numbers, names: DEVICE });
  for (const { labels, values } of rowsOf(told))
    addAll(telling, labelText({ server, ...labels }), { numbers: values, names: DEVICE_TIMES });
  for (const [mountpoint, numbers] of Object.entries(partitions)) {
    const { device, fstype } = numbers;
    const labels = labelText({ server, device, mountpoint, fstype });
    addAll(telling, labels, { numbers, names: FILE_SYSTEM });
    add("node_filesystem_device_error", labels, Number(numbers.total_bytes == null));
  }
}

const INTERFACE: Factors = {
  bytes_recv: ["network_receive_bytes_total"],
  bytes_sent: ["network_transmit_bytes_total"],
  packets_recv: ["network_receive_packets_total"],
  packets_sent: ["network_transmit_packets_total"],
  errors_in: ["network_receive_errs_total"],
  errors_out: ["network_transmit_errs_total"],
  drops_in: ["network_receive_drop_total"],
  drops_out: ["network_transmit_drop_total"],
  // Mbit/s in bytes.
  speed_mbps: ["network_speed_bytes", 125_000],
};
const SOCKETS: Factors = {
  retransmits: ["netstat_Tcp_RetransSegs"],
  listen_overflows: ["netstat_TcpExt_ListenOverflows"],
};

interface NetworkSnapshot {
  interfaces?: Readonly<Record<string, Numbers & { up?: unknown }>>;
  connections?: { tcp?: Numbers };
}

function addNetwork(telling: Telling, told: Newest): void {
  const { add, server } = telling;
  const { interfaces = {}, connections: { tcp = {} } = {} } = told.data as NetworkSnapshot;
  for (const [device, numbers] of Object.entries(interfaces)) {
    // The sum of a family of cards (`veth*`) falls when one goes, which no counter does.
    if (device.endsWith("*")) continue;
    const labels = labelText({ server, device });
    addAll(telling, labels, { numbers, names: INTERFACE });
    if (typeof numbers.up === "boolean") add("node_network_up", labels, Number(numbers.up));
  }
  const here = labelText({ server });
  if (tcp.established != null && tcp.close_wait != null)
    add("node_netstat_Tcp_CurrEstab", here, tcp.established + tcp.close_wait);
  add("node_sockstat_TCP_tw", here, tcp.time_wait);
  for (const { values } of rowsOf(told)) addAll(telling, here, { numbers: values, names: SOCKETS });
}

const PRESSURES: Readonly<Record<string, NodeName>> = {
  "cpu some": "pressure_cpu_waiting_seconds_total",
  "memory some": "pressure_memory_waiting_seconds_total",
  "memory full": "pressure_memory_stalled_seconds_total",
  "io some": "pressure_io_waiting_seconds_total",
  "io full": "pressure_io_stalled_seconds_total",
};

function addPressure({ add, server }: Telling, told: Newest): void {
  const here = labelText({ server });
  for (const { labels, values } of rowsOf(told)) {
    const name = PRESSURES[`${labels.resource} ${labels.kind}`];
    if (name) add(`node_${name}`, here, values.seconds);
  }
}

/** As uname(2) calls them. */
const MACHINES: Readonly<Record<string, string>> = { x64: "x86_64", arm64: "aarch64" };

function addFacts({ add, server }: Telling, { source, kernel, arch, hostname }: HostFacts): void {
  if (source !== "linux") return;
  const told = { sysname: "Linux", release: kernel, machine: MACHINES[arch] ?? arch, nodename: hostname };
  add("node_uname_info", labelText({ server, ...told }), 1);
}
