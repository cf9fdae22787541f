// One host's samples as benchmarks need them: 116 series in the shapes of the host probes, the same in every run.
import type { Row } from "../../lib/probe";
import { ratePerSecond, roundTo } from "../../lib/rate";

export interface Tick {
  probe: string;
  rows: Row[];
}

/** What moves all series of a tick together. */
interface Weather {
  /** -1..1 over a day. */
  day: number;
  /** 1 while something heavy runs. */
  burst: number;
  /** What the clock says between two ticks: nearly, never quite, the interval. */
  elapsedSeconds: number;
}

type Source = (weather: Weather) => Row["values"];

/** Uniform 0..1, from a seed (mulberry32). */
export function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Series with the habits of a real host. */
function kinds(uniform: () => number, intervalSeconds: number) {
  const normal = () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
  return {
    /** A share of processor time, counted in ticks of 10 ms on `cores`. */
    share(name: string, base: number, { noise, cores }: { noise: number; cores: number }): Source {
      let drift = 0;
      return ({ day, burst }) => {
        drift = 0.9 * drift + noise * normal();
        const percent = Math.min(
          100,
          Math.max(0, base * (1 + 0.5 * day) + 30 * burst * Math.min(1, base / 10) + drift),
        );
        const total = 100 * intervalSeconds * cores + Math.round(normal());
        return { [name]: roundTo((100 * Math.round((percent / 100) * total)) / total, 2) };
      };
    },
    /** A counter and its growth per second, which is called `rate`. */
    counter(name: string, perSecond: number, { unit = 1, rate = `${name}_per_sec` } = {}): Source {
      let total = Math.floor(uniform() * 1e9) * (perSecond > 0 ? unit : 0);
      return ({ day, burst, elapsedSeconds }) => {
        const before = total;
        const speed = Math.max(0, perSecond * (1 + 0.5 * day) * (1 + 0.2 * normal()) * (1 + 3 * burst));
        total += Math.round((speed * intervalSeconds) / unit) * unit;
        return {
          [name]: total,
          ...(rate ? { [rate]: roundTo(ratePerSecond(total, before, elapsedSeconds) ?? 0, 2) } : {}),
        };
      };
    },
    walk(name: string, start: number, { step, unit }: { step: number; unit: number }): Source {
      let value = start;
      return () => {
        const move = uniform() < 0.7 ? Math.round((normal() * step) / unit) * unit : 0;
        const far = Math.abs(value - start) > start / 5;
        value += far ? Math.sign(start - value) * Math.abs(move) : move;
        return { [name]: value };
      };
    },
    load(seconds: number): Source {
      let value = 1;
      return ({ day, burst }) => {
        value += ((1 + 2 * day + 8 * burst - value + 0.03 * normal()) * intervalSeconds) / seconds;
        return { load_avg: roundTo(Math.max(0, value), 2) };
      };
    },
    noise:
      (name: string, most: number, decimals = 0): Source =>
      () => ({ [name]: roundTo(uniform() * most, decimals) }),
    constants:
      (values: Row["values"]): Source =>
      () =>
        values,
  };
}

type Kinds = ReturnType<typeof kinds>;
type Layout = { labels: Row["labels"]; sources: Source[] }[];
const CORES = 4;
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

function cpu({ share, counter, load, noise, walk, constants }: Kinds): Layout {
  const busy = { usage_percent: 20, user: 12, system: 5, idle: 75, iowait: 1, softirq: 0.3, steal: 0.1 };
  const sources = [
    ...Object.entries(busy).map(([name, base]) => share(name, base, { noise: base / 6, cores: CORES })),
    ...[counter("interrupts", 2_000), counter("context_switches", 4_000)],
    ...[noise("procs_running", 3), noise("procs_blocked", 0.55)],
    constants({ nice: 0, irq: 0, guest: 0, core_count: CORES, physical_cores: 2 }),
  ];
  return [
    { labels: {}, sources },
    ...times(CORES, (i) => ({
      labels: { core: `${i}` },
      sources: [share("per_core", 18 + i, { noise: 5, cores: 1 })],
    })),
    ...times(CORES, (i) => ({
      labels: { core: `${i}` },
      sources: [walk("frequency_mhz", 2_400, { step: 50, unit: 1 })],
    })),
    ...[60, 300, 900].map((seconds, i) => ({ labels: { index: `${i}` }, sources: [load(seconds)] })),
  ];
}

function memory({ walk, noise, constants }: Kinds): Layout {
  const sizes = { used: 7e9, available: 9e9, free: 1e9, cached: 6e9, buffers: 2e8, shared: 1e8, dirty: 3e6, slab: 5e8 };
  const sources = [
    ...Object.entries(sizes).map(([name, size]) => walk(`${name}_bytes`, size, { step: size / 2_000, unit: 4_096 })),
    noise("usage_percent", 0.1, 2),
    constants({ total_bytes: 16e9, swap_total_bytes: 2e9, swap_used_bytes: 1e8, swap_free_bytes: 19e8 }),
    constants({ hugepages_total: 0, hugepages_free: 0, hugepages_reserved: 0 }),
  ];
  return [{ labels: {}, sources }];
}

function network({ counter, noise, walk, constants }: Kinds): Layout {
  const card = [
    counter("bytes_recv", 4e5),
    counter("bytes_sent", 2e5),
    counter("packets_recv", 600),
    counter("packets_sent", 400),
  ];
  const loop = [counter("bytes", 4e4), counter("packets", 60)];
  let passed: Row["values"] = {};
  // What the only card passes is the total, and what a loop sends it receives.
  const cards: Source = (weather) => {
    passed = Object.assign({}, ...card.map((source) => source(weather)));
    return passed;
  };
  const total: Source = () => renamed(passed, (name) => `total_${name}`);
  const loopback: Source = (weather) => {
    const values = Object.assign({}, ...loop.map((source) => source(weather)));
    const named = (way: string) => renamed(values, (name) => name.replace(/^(bytes|packets)/, `$1_${way}`));
    return { ...named("recv"), ...named("sent") };
  };
  const faults = ["errors_in", "errors_out", "drops_in", "drops_out"].map((name) => counter(name, 0));
  const link = (speed_mbps: number | null) => constants({ speed_mbps, up: 1 });
  const socket = (state: string, source: Source) => ({ labels: { state }, sources: [source] });
  const others = [noise("retransmits_per_sec", 0.6), constants({ listen_overflows_per_sec: 0, udp_sockets: 6 })];
  return [
    { labels: { interface: "eth0" }, sources: [cards, ...faults, link(1_000)] },
    { labels: { interface: "lo" }, sources: [loopback, ...faults, link(null)] },
    socket("established", walk("tcp_sockets", 120, { step: 2, unit: 1 })),
    socket("time_wait", walk("tcp_sockets", 30, { step: 3, unit: 1 })),
    socket("listen", constants({ tcp_sockets: 12 })),
    { labels: {}, sources: [total, ...others] },
  ];
}

function renamed(values: Row["values"], rename: (name: string) => string): Row["values"] {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [rename(name), value]));
}

function disk({ counter, noise, walk, constants }: Kinds): Layout {
  const pages = { unit: 4_096 };
  const device = [
    ...[counter("read_bytes", 2e5, pages), counter("write_bytes", 8e5, pages)],
    ...[counter("read_count", 30, { rate: "read_iops" }), counter("write_count", 90, { rate: "write_iops" })],
    ...[counter("read_time_ms", 20, { rate: "" }), counter("write_time_ms", 60, { rate: "" })],
    ...[noise("read_latency_ms", 1, 2), noise("write_latency_ms", 1, 2)],
    ...[noise("utilisation_percent", 9, 1), noise("queue_depth", 0.3, 3)],
  ];
  const partition = [
    ...["used_bytes", "free_bytes", "available_bytes"].map((name) => walk(name, 5e10, { step: 2e4, unit: 4_096 })),
    ...["inodes_used", "inodes_free"].map((name) => walk(name, 1e6, { step: 1, unit: 1 })),
    constants({ total_bytes: 1e11, usage_percent: 50.01, inodes_total: 2e6 }),
  ];
  return [
    { labels: { device: "sda" }, sources: device },
    { labels: { mount: "/", device: "/dev/sda1", fstype: "ext4" }, sources: partition },
  ];
}

/** A host that gives one tick after the other. */
export function syntheticHost(intervalSeconds: number, seed = 1): () => Tick[] {
  const uniform = generator(seed);
  const kind = kinds(uniform, intervalSeconds);
  const probes = Object.entries({ cpu: cpu(kind), memory: memory(kind), network: network(kind), disk: disk(kind) });
  let [burstTicks, seconds] = [0, 0];
  return () => {
    seconds += intervalSeconds;
    burstTicks -= burstTicks > 0 ? 1 : 0;
    if (burstTicks === 0 && uniform() < 0.0006 * intervalSeconds)
      burstTicks = Math.ceil((20 + 100 * uniform()) / intervalSeconds);
    const weather = {
      day: Math.sin((seconds / 86_400) * 2 * Math.PI),
      burst: burstTicks > 0 ? 1 : 0,
      elapsedSeconds: intervalSeconds + 0.002 * (uniform() - 0.5),
    };
    return probes.map(([probe, rows]) => ({
      probe,
      rows: rows.map(({ labels, sources }) => ({
        labels,
        values: Object.assign({}, ...sources.map((source) => source(weather))),
      })),
    }));
  };
}
