import { describe, expect, it } from "vitest";
import { type InterfaceReading, type NetworkReading, TCP_STATES } from "../readings";
import { network } from "./network";

function card(name: string, count: number, other: Partial<InterfaceReading> = {}): InterfaceReading {
  const counts = { bytesRecv: count, bytesSent: 2 * count, packetsRecv: count, packetsSent: count };
  const faults = { errorsIn: 0, errorsOut: 0, dropsIn: 0, dropsOut: 0 };
  return { name, ...counts, ...faults, up: true, speedMbps: null, physical: false, ...other };
}

function reading(interfaces: InterfaceReading[], other: Partial<NetworkReading> = {}): NetworkReading {
  const tcp = Object.fromEntries(TCP_STATES.map((state) => [state, 0])) as NetworkReading["tcp"];
  return { interfaces, tcp, udp: 0, retransmits: 0, listenOverflows: 0, unavailable: {}, ...other };
}

function rowsOf(now: NetworkReading, before?: NetworkReading) {
  const { rows } = network.rows(now, before, 2);
  const byName = new Map(rows.map((row) => [row.labels.interface ?? row.labels.state ?? "", row.values]));
  return { byName, overall: byName.get("") };
}

describe("network", () => {
  it("tells counters, rates, state and speed of an interface", () => {
    const now = reading([card("eth0", 100, { errorsIn: 3, speedMbps: 1000 })]);
    const { byName } = rowsOf(now, reading([card("eth0", 50)]));
    expect(byName.get("eth0")).toEqual({
      bytes_recv: 100,
      bytes_recv_per_sec: 25,
      bytes_sent: 200,
      bytes_sent_per_sec: 50,
      packets_recv: 100,
      packets_recv_per_sec: 25,
      packets_sent: 100,
      packets_sent_per_sec: 25,
      errors_in: 3,
      errors_in_per_sec: 1.5,
      errors_out: 0,
      errors_out_per_sec: 0,
      drops_in: 0,
      drops_in_per_sec: 0,
      drops_out: 0,
      drops_out_per_sec: 0,
      speed_mbps: 1000,
      up: 1,
    });
  });

  it("has no rates at first, for a new interface, and after a reset", () => {
    const cards = reading([card("eth0", 100), card("eth1", 100)]);
    expect(rowsOf(cards).byName.get("eth0")).toMatchObject({ bytes_recv: 100, bytes_recv_per_sec: null });
    const { byName } = rowsOf(cards, reading([card("eth1", 200)]));
    expect(byName.get("eth0")).toMatchObject({ bytes_recv_per_sec: null });
    expect(byName.get("eth1")).toMatchObject({ bytes_recv_per_sec: null });
  });

  it("sums containers' cards, without a jump when one comes or goes", () => {
    const before = reading([card("veth1", 1000), card("veth2", 10), card("cali3", 1)]);
    const now = reading([card("veth2", 30), card("veth9", 5000), card("cali3", 3)]);
    const { byName } = rowsOf(now, before);
    expect([...byName.keys()]).toEqual(expect.arrayContaining(["veth*", "cali*"]));
    expect(byName.get("veth*")).toMatchObject({ bytes_recv: 5030, bytes_recv_per_sec: 10, up: null });
    expect(byName.get("cali*")).toMatchObject({ bytes_recv_per_sec: 1 });
  });

  it("keeps 64 interfaces one by one, cards first, and sums the others", () => {
    const virtual = Array.from({ length: 100 }, (_, index) => card(`vlan${index}`, 1));
    const { byName } = rowsOf(reading([...virtual, card("eth0", 1, { physical: true })]));
    const names = [...byName.keys()].filter((name) => /^(vlan|eth|others)/.test(name));
    expect(names).toHaveLength(65);
    expect(names).toContain("eth0");
    expect(byName.get("others*")).toMatchObject({ bytes_recv: 37 });
  });

  it("totals count each byte once: cards where there are some, else all but loopback", () => {
    const physical = { physical: true };
    const layered = [card("lo", 1), card("eth0", 10, physical), card("br0", 10), card("eth0.5", 10), card("veth1", 10)];
    expect(rowsOf(reading(layered)).overall).toMatchObject({ total_bytes_recv: 10, total_bytes_sent: 20 });
    expect(rowsOf(reading([card("lo", 1), card("eth0", 7)])).overall).toMatchObject({ total_bytes_recv: 7 });
    const { overall } = rowsOf(reading([card("eth0", 30, physical)]), reading([card("eth0", 10, physical)]));
    expect(overall).toMatchObject({ total_bytes_recv_per_sec: 10, total_packets_sent_per_sec: 10 });
  });

  it("tells sockets by state, and retransmits per second", () => {
    const tcp = { ...reading([]).tcp, established: 5, close_wait: null };
    const now = reading([], { tcp, udp: 3, retransmits: 12, listenOverflows: 1 });
    const { byName, overall } = rowsOf(now, reading([], { retransmits: 2, listenOverflows: 1 }));
    expect(byName.get("established")).toEqual({ tcp_sockets: 5 });
    expect(byName.get("close_wait")).toEqual({ tcp_sockets: null });
    expect(overall).toMatchObject({ udp_sockets: 3, retransmits_per_sec: 5, listen_overflows_per_sec: 0 });
    expect(overall).toMatchObject({ total_bytes_recv: null, total_bytes_recv_per_sec: null });
  });
});
