// What the history benchmarks store: the same values whenever and wherever they are made.
import { HOUR_MS } from "../../lib/metrics/hour";
import type { SampleBatch } from "../../lib/metrics/write";
import type { Row } from "../../lib/probe";
import { roundTo } from "../../lib/rate";
import type { SeriesName } from "./question";
import { generator, syntheticHost, type Tick } from "./synthetic-host";

/** A Monday and the second of a month: a week, or 30 days of the month, are whole. */
export const START = Date.UTC(2026, 2, 2);
export const DAY_MS = 24 * HOUR_MS;

export interface DataSet {
  title: string;
  subjects: number;
  hours: number;
  intervalSeconds: number;
  /** Moments carried by one write. */
  ticksPerWrite: number;
  /** One series, and eight, that are read. */
  one: SeriesName;
  eight: SeriesName[];
  /** A source of one subject's ticks, each 0 or more probes' rows; `at` is when it would be due. */
  source(subject: number): (at: number) => { ts: number; ticks: Tick[] };
}

const cpu = (metric: string): SeriesName => ({ probe: "cpu", metric, labels: {} });
const CPU = ["usage_percent", "user", "system", "iowait", "steal", "softirq"].map(cpu);
const HOST_SERIES = {
  one: cpu("usage_percent"),
  eight: [...CPU, cpu("interrupts_per_sec"), cpu("context_switches_per_sec")],
};

function host(seconds: number): DataSet["source"] {
  return (subject) => {
    const next = syntheticHost(seconds, subject + 1);
    return (at) => ({ ts: at, ticks: next() });
  };
}

/** The day of one machine that everything else is compared with. */
export const ONE_HOST: DataSet = {
  ...HOST_SERIES,
  title: "one host, 116 series at 5 s",
  subjects: 1,
  hours: 24,
  intervalSeconds: 5,
  ticksPerWrite: 20,
  source: host(5),
};

/** As a collector writes that watches many machines: a moment of all of them at once. */
export const manyHosts = (subjects: number): DataSet => ({
  ...HOST_SERIES,
  title: `${subjects} hosts at once, 116 series each at 30 s, 4 h`,
  subjects,
  // Prometheus makes no block of fewer.
  hours: 4,
  intervalSeconds: 30,
  ticksPerWrite: 1,
  source: host(30),
});

/** Ticks up to half a second late, of twenty one fails altogether and of the others' probes each now and then. */
export const IRREGULAR: DataSet = {
  ...HOST_SERIES,
  title: "irregular: up to 0.5 s late, 5 % of ticks missing, 116 series at 5 s, 24 h",
  subjects: 1,
  hours: 24,
  intervalSeconds: 5,
  ticksPerWrite: 20,
  source(subject) {
    const next = syntheticHost(5, subject + 1);
    const uniform = generator(subject + 77);
    return (at) => {
      const ticks = next();
      // Hundredths of a second: never exactly on the border that the others put between two steps.
      const ts = at + 10 * Math.floor(50 * uniform());
      return { ts, ticks: uniform() < 0.04 ? [] : ticks.filter(() => uniform() >= 0.01) };
    };
  },
};

const DATABASES = 100;
const RATES = [
  ...["commits", "rollbacks", "blocks_hit", "blocks_read", "tuples_returned", "tuples_fetched", "tuples_inserted"],
  ...["tuples_updated", "tuples_deleted", "temp_files", "temp_bytes", "deadlocks", "block_read_ms", "block_write_ms"],
  ...["session_ms", "active_ms", "idle_in_transaction_ms", "sessions"],
].map((name) => `${name}_per_sec`);
const database = (i: number) => `shop_${String(i).padStart(3, "0")}`;
const commits = (i: number): SeriesName => ({
  probe: "databases",
  metric: "commits_per_sec",
  labels: { database: database(i) },
});

/** One PostgreSQL server with many databases: most are quiet, some are not. */
export const WIDE: DataSet = {
  title: "100 databases × 20 metrics at 15 s, 24 h",
  subjects: 1,
  hours: 24,
  intervalSeconds: 15,
  ticksPerWrite: 20,
  one: commits(3),
  eight: [0, 10, 20, 30, 40, 50, 60, 70].map((i) => commits(i + 3)),
  source(subject) {
    const uniform = generator(subject + 5);
    const busy = Array.from({ length: DATABASES }, (_, i) => (i % 10 === 3 ? 200 : i % 3 === 0 ? 2 : 0));
    return (at) => ({ ts: at, ticks: [{ probe: "databases", rows: busy.map((rate, i) => databaseRow(i, rate)) }] });
    function databaseRow(i: number, rate: number): Row {
      const values: Row["values"] = {
        connections: rate > 0 ? Math.floor(rate / 20 + 5 * uniform()) : 0,
        cache_hit_percent: rate > 0 ? roundTo(100 - uniform(), 2) : null,
      };
      RATES.forEach((name, k) => {
        const level = rate * (1 + (k % 5)) * (name.startsWith("deadlocks") || name.startsWith("temp") ? 0 : 1);
        values[name] = roundTo(level * (0.5 + uniform()), 2);
      });
      return { labels: { database: database(i) }, values };
    }
  },
};

/** Hour by hour what is written, each hour as the batches of several writes. */
export function* hoursOf(set: DataSet, subjects: readonly number[]): Generator<SampleBatch[][]> {
  const sources = subjects.map((subject, i) => ({ subject, next: set.source(i) }));
  const interval = set.intervalSeconds * 1000;
  for (let hour = START; hour < START + set.hours * HOUR_MS; hour += HOUR_MS) {
    const writes: SampleBatch[][] = [];
    for (let first = hour; first < hour + HOUR_MS; first += interval * set.ticksPerWrite) {
      const times = Array.from({ length: set.ticksPerWrite }, (_, i) => first + i * interval);
      writes.push(
        times.flatMap((time) =>
          sources.flatMap(({ subject, next }) => {
            const { ts, ticks } = next(time);
            return ticks.map((tick) => ({ subject, ts, ...tick }));
          }),
        ),
      );
    }
    yield writes;
  }
}
