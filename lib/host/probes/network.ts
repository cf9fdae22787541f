// What goes through the network interfaces, and the state of the sockets.
import { defineProbe, type Reading, type Row } from "../../probe";
import { ratePerSecond, roundRate } from "../../rate";
import { groupInterfaces } from "../interface-groups";
import { counters, firstSampleReasons, gauge, placed } from "../metric";
import { type InterfaceReading, type NetworkReading, TCP_STATES } from "../readings";
import { sourceOf } from "../sources";

/** Metric → the field of a reading that it counts. */
const COUNTED = {
  bytes_recv: "bytesRecv",
  bytes_sent: "bytesSent",
  packets_recv: "packetsRecv",
  packets_sent: "packetsSent",
  errors_in: "errorsIn",
  errors_out: "errorsOut",
  drops_in: "dropsIn",
  drops_out: "dropsOut",
} as const;
const PAIRS = named("");
const TOTALS = named("total_").slice(0, 4);

const metrics = {
  ...placed("interfaces.{interface}.", {
    ...counters("bytes", { bytes_recv: "Bytes received", bytes_sent: "Bytes sent" }),
    ...counters("count", {
      packets_recv: "Packets received",
      packets_sent: "Packets sent",
      errors_in: "Packets received with an error",
      errors_out: "Packets that could not be sent",
      drops_in: "Packets received and dropped",
      drops_out: "Packets dropped before sending",
    }),
    speed_mbps: gauge("Mbit/s", "Speed of the link"),
    up: gauge("boolean", "Whether the link is up"),
  }),
  ...totals(),
  tcp_sockets: { ...gauge("count", "TCP sockets in one state"), place: "connections.tcp.{state}" },
  udp_sockets: { ...gauge("count", "UDP sockets"), place: "connections.udp.count" },
  ...placed("", {
    retransmits_per_sec: gauge("1/s", "TCP segments sent again per second"),
    listen_overflows_per_sec: gauge("1/s", "Connections lost per second because a listen queue was full"),
  }),
};

const FIRST = firstSampleReasons(Object.keys(metrics).filter((name) => name.endsWith("_per_sec")));

export const network = defineProbe<NetworkReading>({
  facet: "host",
  name: "network",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: ["interface", "state"],
  metrics,
  read: (host) => sourceOf(host).network(host),
  rows,
});

function named(prefix: string) {
  return Object.entries(COUNTED).map(([name, field]) => {
    const metric = `${prefix}${name}`;
    return { field, metric, rateMetric: `${metric}_per_sec` };
  });
}

function totals() {
  const all = {
    ...counters("bytes", {
      bytes_recv: "Bytes received by all cards, loopback and layered interfaces not counted",
      bytes_sent: "Bytes sent by all cards, loopback and layered interfaces not counted",
    }),
    ...counters("count", {
      packets_recv: "Packets received by all cards, loopback and layered interfaces not counted",
      packets_sent: "Packets sent by all cards, loopback and layered interfaces not counted",
    }),
  };
  return Object.fromEntries(
    Object.entries(all).map(([name, metric]) => [`total_${name}`, { ...metric, place: `totals.${name}` }]),
  );
}

function rows(now: NetworkReading, before: NetworkReading | undefined, elapsedSeconds: number): Reading {
  const growth = new Growth(before, elapsedSeconds);
  const list: Row[] = [];
  for (const [name, members] of groupInterfaces(now.interfaces)) {
    const values = growth.sums(members, PAIRS);
    const only = members.length === 1 ? members[0] : undefined;
    values.speed_mbps = only?.speedMbps ?? null;
    values.up = only?.up == null ? null : Number(only.up);
    list.push({ labels: { interface: name }, values });
  }
  for (const state of TCP_STATES) list.push({ labels: { state }, values: { tcp_sockets: now.tcp[state] } });
  list.push({
    labels: {},
    values: {
      ...growth.sums(counted(now.interfaces), TOTALS),
      udp_sockets: now.udp,
      retransmits_per_sec: ratePerSecond(now.retransmits, before?.retransmits, elapsedSeconds),
      listen_overflows_per_sec: ratePerSecond(now.listenOverflows, before?.listenOverflows, elapsedSeconds),
    },
  });
  const { retransmits, listenOverflows } = now;
  return {
    rows: list,
    unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable },
    exposed: [{ labels: {}, values: { retransmits, listen_overflows: listenOverflows } }],
  };
}

/** The interfaces that make the totals: each byte once. In a container nothing is physical, then all but loopback. */
function counted(interfaces: readonly InterfaceReading[]): InterfaceReading[] {
  const physical = interfaces.filter((one) => one.physical);
  return physical.length > 0 ? physical : interfaces.filter((one) => !/^lo\d*$/.test(one.name));
}

/** Sums over interfaces; a rate is the sum of its members' rates, so that one that comes or goes makes no jump. */
class Growth {
  readonly #before = new Map<string, InterfaceReading>();

  constructor(
    before: NetworkReading | undefined,
    readonly elapsedSeconds: number,
  ) {
    for (const one of before?.interfaces ?? []) this.#before.set(one.name, one);
  }

  sums(members: readonly InterfaceReading[], names: typeof PAIRS): Row["values"] {
    const values: Row["values"] = {};
    for (const { field, metric, rateMetric } of names) {
      let sum: number | null = null;
      let rate: number | null = null;
      for (const one of members) {
        const value = one[field];
        if (value === null) continue;
        sum = (sum ?? 0) + value;
        const grown = ratePerSecond(value, this.#before.get(one.name)?.[field], this.elapsedSeconds);
        if (grown !== null) rate = (rate ?? 0) + grown;
      }
      values[metric] = sum;
      values[rateMetric] = rate === null ? null : roundRate(rate);
    }
    return values;
  }
}
