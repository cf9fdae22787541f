import { describe, expect, it } from "vitest";
import { toTable } from "../row-table";
import type { Newest, NewestOfServer } from "./newest";
import { addMachine } from "./node";

const newest = (data: unknown, exposed: Parameters<typeof toTable>[0] = []): Newest => ({
  at: 1_700_000_000_500,
  data,
  exposed: toTable(exposed),
});

/** `name{labels}` → value. */
function toldOf(probes: Readonly<Record<string, Newest>>): Record<string, number> {
  const told: Record<string, number> = {};
  const server = { name: "box", newest: new Map(Object.entries(probes)) } as unknown as NewestOfServer;
  addMachine((name, { text }, value) => {
    if (value != null) told[`${name}${text.replace('{server="box"}', "").replace('server="box",', "")}`] = value;
  }, server);
  return told;
}

describe("a machine in node_exporter's words", () => {
  it("has seconds and bytes, by mode, core and device", () => {
    const cpu = newest({ interrupts: 5, load_avg: [0.5, 1, 2], frequency_mhz: [2_400] }, [
      { labels: { core: "0" }, values: { user: 1.25, idle: 9, iowait: null, guest: 0.5 } },
      { labels: {}, values: { forks: 70, boot_time_seconds: 1_600_000_000 } },
    ]);
    const network = newest({ interfaces: { eth0: { bytes_recv: 10, speed_mbps: 1_000, up: false } } });
    const disk = newest({ devices: { sda: { read_time_ms: 1_500, read_count: null } } }, [
      { labels: { device: "sda" }, values: { busy_ms: 250 } },
    ]);
    expect(toldOf({ cpu, network, disk })).toEqual({
      node_intr_total: 5,
      node_load1: 0.5,
      node_load5: 1,
      node_load15: 2,
      'node_cpu_scaling_frequency_hertz{cpu="0"}': 2.4e9,
      node_time_seconds: 1_700_000_000.5,
      'node_cpu_seconds_total{cpu="0",mode="user"}': 1.25,
      'node_cpu_seconds_total{cpu="0",mode="idle"}': 9,
      'node_cpu_guest_seconds_total{cpu="0",mode="user"}': 0.5,
      node_forks_total: 70,
      node_boot_time_seconds: 1_600_000_000,
      'node_network_receive_bytes_total{device="eth0"}': 10,
      'node_network_speed_bytes{device="eth0"}': 125e6,
      'node_network_up{device="eth0"}': 0,
      'node_disk_read_time_seconds_total{device="sda"}': 1.5,
      'node_disk_io_time_seconds_total{device="sda"}': 0.25,
    });
  });

  it("has no sums of cards that come and go, which no counter is", () => {
    const interfaces = { "veth*": { bytes_recv: 5, up: true }, "others*": { bytes_recv: 5 }, lo: { bytes_recv: 1 } };
    expect(toldOf({ network: newest({ interfaces }) })).toEqual({
      'node_network_receive_bytes_total{device="lo"}': 1,
    });
  });

  it("says of a file system that does not answer just that", () => {
    const away = { device: "nas:/export", fstype: "nfs4", total_bytes: null, inodes_total: null };
    const root = { device: "/dev/sda1", fstype: "ext4", total_bytes: 100, available_bytes: 0, inodes_total: null };
    expect(toldOf({ disk: newest({ partitions: { "/mnt": away, "/": root } }) })).toEqual({
      'node_filesystem_device_error{device="nas:/export",mountpoint="/mnt",fstype="nfs4"}': 1,
      'node_filesystem_device_error{device="/dev/sda1",mountpoint="/",fstype="ext4"}': 0,
      'node_filesystem_size_bytes{device="/dev/sda1",mountpoint="/",fstype="ext4"}': 100,
      'node_filesystem_avail_bytes{device="/dev/sda1",mountpoint="/",fstype="ext4"}': 0,
    });
  });

  it("tells memory by the kernel's words, huge pages as pages, and what it is while it is read", () => {
    const memory = newest({}, [{ labels: {}, values: { "Active(anon)": 4_096, HugePages_Total: 3, Unheard: 9 } }]);
    const facts = newest({ source: "linux", kernel: "6.1.0", arch: "arm64", hostname: "box" });
    const uname = 'node_uname_info{sysname="Linux",release="6.1.0",machine="aarch64",nodename="box"}';
    expect(toldOf({ memory, host_facts: facts })).toMatchObject({
      node_memory_Active_anon_bytes: 4_096,
      node_memory_HugePages_Total: 3,
    });
    expect(toldOf({ memory, host_facts: facts })).not.toHaveProperty(uname);
    expect(toldOf({ cpu: newest({}), host_facts: facts })[uname]).toBe(1);
  });
});
