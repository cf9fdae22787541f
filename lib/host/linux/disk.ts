// Block devices and file systems of a Linux host.
import type { HostReader } from "../../probe";
import type { Reasons } from "../../reasons";
import type { DeviceReading, DiskReading, PartitionReading } from "../readings";
import { halfMinute, remember, sparing } from "../remember";
import { dataMounts, type Mount, parseMounts } from "./mounts";
import { requiredText } from "./required";
import { countsIn, eachLine } from "./scan";

const SYS_BLOCK = "/sys/block";
const MOST_DEVICES = 64;
/** Multipath disks are hidden behind as many paths as they have. */
const MOST_LOOKED_AT = 1024;
/** The unit of /proc/diskstats whatever the device's own sectors are (kernel documentation, iostats). */
const SECTOR_BYTES = 512;

/** @throws ProbeError `read` without /proc/self/mountinfo */
export async function readDisk(host: HostReader): Promise<DiskReading> {
  const unavailable: Reasons = {};
  const [stats, blocks] = [await host.text("/proc/diskstats"), await host.list(SYS_BLOCK)];
  if (stats === null) unavailable.devices = "/proc/diskstats cannot be read";
  else if (blocks.length === 0)
    unavailable.devices = `${SYS_BLOCK} cannot be read, so disks cannot be told from partitions`;
  const whole = await wholeDevices(host, blocks.join(" "));
  const partitions = await partitionsOf(host, undefined);
  for (const { mount, facts } of partitions) {
    if (!facts) unavailable[`partitions.${mount}`] = "the file system does not answer";
  }
  return { devices: parseDevices(stats ?? "", whole), partitions, unavailable };
}

/** Asking a file system takes a pool thread, and they fill slowly. */
const partitionsOf = remember(async (host, _key: undefined): Promise<PartitionReading[]> => {
  const mounts = dataMounts(parseMounts(await requiredText(host, "/proc/self/mountinfo")));
  return Promise.all(mounts.map((one) => readPartition(host, one)));
}, sparing);

async function readPartition(host: HostReader, { mount, device, fstype }: Mount): Promise<PartitionReading> {
  return { mount, device, fstype, facts: await host.fileSystem(mount) };
}

/**
 * Disks with hardware under them: no loop, ram and zram devices, and no dm, md or multipath layers, whose bytes are
 * counted below them. Names are joined by blanks; sysfs writes `!` for `/`.
 */
const wholeDevices = remember(async (host, blocks: string): Promise<ReadonlySet<string>> => {
  const isWhole = async (name: string) => {
    const path = `${SYS_BLOCK}/${name}`;
    const [entries, hidden] = await Promise.all([host.list(path), host.text(`${path}/hidden`)]);
    return entries.includes("device") && hidden !== "1\n";
  };
  const names = blocks.split(" ").filter((name) => !/^(loop|ram|zram|dm-|md|sr|fd)\d/.test(name));
  const some = names.slice(0, MOST_LOOKED_AT);
  const whole = await Promise.all(some.map(isWhole));
  const devices = some.filter((_, index) => whole[index]).slice(0, MOST_DEVICES);
  return new Set(devices.map((name) => name.replaceAll("!", "/")));
}, halfMinute);

/** /proc/diskstats, see the kernel's iostats documentation; never throws. */
export function parseDevices(text: string, wanted: ReadonlySet<string>): DeviceReading[] {
  const devices: DeviceReading[] = [];
  eachLine(text, (start, end) => {
    const name = /^\s*\d+\s+\d+\s+(\S+) /.exec(text.slice(start, end));
    if (!name?.[1] || !wanted.has(name[1])) return;
    const counts = countsIn(text, start + name[0].length, end);
    if (counts.length < 11) return;
    const at = (index: number) => counts[index] ?? null;
    const bytes = (index: number) => {
      const sectors = at(index);
      return sectors === null ? null : sectors * SECTOR_BYTES;
    };
    devices.push({
      name: name[1],
      readCount: at(0),
      readBytes: bytes(2),
      readTimeMs: at(3),
      writeCount: at(4),
      writeBytes: bytes(6),
      writeTimeMs: at(7),
      busyMs: at(9),
      queueMs: at(10),
    });
  });
  return devices;
}
