// Years of a PostgreSQL server with many databases, written as a collector would have left them, and much faster.
import { pool } from "../../lib/db";
import { metricCatalog } from "../../lib/metrics/catalog";
import { dayOf, rollUpDay } from "../../lib/metrics/day";
import { HOUR_MS, hourOf } from "../../lib/metrics/hour";
import { ensurePartitions } from "../../lib/metrics/partitions";
import { transaction } from "../../lib/metrics/transaction";
import { type SampleBatch, writeSamples } from "../../lib/metrics/write";
import type { Row } from "../../lib/probe";
import { roundTo } from "../../lib/rate";
import { patiently } from "./measure";
import { copyDay, copySubject, storeHour } from "./ours";
import { generator } from "./synthetic-host";

const INTERVAL_S = Number(process.env.BENCH_INTERVAL ?? 60);
const PER_HOUR = 3_600 / INTERVAL_S;
/** Sizes are measured each half an hour. */
const SIZES_EVERY = PER_HOUR / 2;
const DAY_HOURS = 24;
/** Sessions are told of so many databases. */
const LISTED = 20;
const STATES = ["active", "idle", "idle in transaction"];

export const databaseName = (i: number): string => `shop_${String(i).padStart(3, "0")}`;

/** Every tenth is busy, of the others every third is used a little. */
const rateOf = (i: number): number => (i % 10 === 3 ? 200 : i % 3 === 0 ? 2 : 0);

/** Metrics of a probe with the label `database`, and those of all databases together. */
function metricsOf(probe: string) {
  const own = [...metricCatalog().values()].filter((entry) => entry.probe === probe);
  const isOfAll = ({ name }: { name: string }) => name.startsWith("all_");
  return { each: own.filter((entry) => !isOfAll(entry)), all: own.filter(isOfAll) };
}

/** What a reading of a moment gives; what is counted grows from reading to reading. */
function readingsOf(databases: number, subject: number) {
  const uniform = generator(7);
  const [counters, sizes] = [metricsOf("databases"), metricsOf("sizes")];
  const total = new Map<string, number>();
  const drawn = (i: number, { metric, kind, unit }: (typeof counters.each)[number]): number => {
    const level = rateOf(i) * (0.5 + uniform());
    if (kind === "counter") {
      const key = `${i} ${metric}`;
      total.set(key, (total.get(key) ?? 0) + Math.round(level));
      return total.get(key) ?? 0;
    }
    if (unit === "count") return Math.floor(level / 20);
    if (unit === "bytes") return Math.round(8e6 + 1e8 * level);
    return roundTo(unit === "percent" ? 100 - uniform() : level, 2);
  };
  const rowsOf = ({ each, all }: typeof counters): Row[] => [
    ...Array.from({ length: databases }, (_, i) => ({
      labels: { database: databaseName(i) },
      values: Object.fromEntries(each.map((entry) => [entry.name, drawn(i, entry)])),
    })),
    ...(all.length > 0
      ? [{ labels: {}, values: Object.fromEntries(all.map((entry) => [entry.name, drawn(3, entry)])) }]
      : []),
  ];
  return (ts: number, number: number): SampleBatch[] => [
    { subject, ts, probe: "databases", rows: rowsOf(counters) },
    ...(number % SIZES_EVERY === 0 ? [{ subject, ts, probe: "sizes", rows: rowsOf(sizes) }] : []),
    {
      ...{ subject, ts, probe: "activity" },
      rows: [
        {
          labels: {},
          values: { connections: 40, blocked_sessions: 0, oldest_transaction_seconds: roundTo(9 * uniform(), 1) },
        },
        ...Array.from({ length: Math.min(databases, LISTED) }, (_, i) => ({
          labels: { database: databaseName(i) },
          values: { database_sessions: Math.floor(rateOf(i) / 20) },
        })),
        ...STATES.map((state) => ({ labels: { state }, values: { sessions: Math.floor(20 * uniform()) } })),
      ],
    },
    {
      ...{ subject, ts, probe: "instance" },
      rows: [{ labels: {}, values: { wal_bytes_per_sec: roundTo(1e5 * uniform(), 1), uptime_seconds: ts / 1000 } }],
    },
  ];
}

/** Stores `days` up to the present, the newest minutes unsealed: a day that is repeated. */
export async function storeDays(subject: number, { databases, days }: { databases: number; days: number }) {
  const end = hourOf(Date.now()) * HOUR_MS;
  const start = end - days * DAY_HOURS * HOUR_MS;
  const read = readingsOf(databases, subject);
  const moments = (from: number, count: number) =>
    Array.from({ length: count }, (_, number) => read(from + number * INTERVAL_S * 1000, number));
  for (let hour = start; hour < start + DAY_HOURS * HOUR_MS; hour += HOUR_MS)
    await storeHour([moments(hour, PER_HOUR).flat()]);
  await copyDay(start, days);
  const open = Math.floor((Date.now() - end) / (INTERVAL_S * 1000));
  await writeSamples(moments(end, open).flat());
}

/** Gives `subject` the history of `model`, and hours as old as `days`: older than what is kept finely there are no others. */
export async function copyYear(model: number, subject: number, { days, fine }: { days: number; fine: number }) {
  await copySubject(model, [subject]);
  const first = hourOf(Date.now()) - fine * DAY_HOURS;
  const shifts = Array.from({ length: days - fine }, (_, i) => (i + 1) * DAY_HOURS);
  await ensurePartitions(shifts.flatMap((shift) => [first - shift, first - shift + DAY_HOURS - 1]));
  await patiently(
    `INSERT INTO sample_hour (set_id, hour, agg) SELECT set_id, hour - shift, agg
     FROM sample_hour JOIN series_set ON series_set.id = set_id, unnest($2::int[]) AS shift
     WHERE subject = $1 AND hour BETWEEN $3 AND $3 + ${DAY_HOURS - 1} ORDER BY shift DESC, hour, set_id`,
    [subject, shifts, first],
  );
  const { rows } = await pool().query<{ sets: number[] }>(
    "SELECT array_agg(id) AS sets FROM series_set WHERE subject = $1",
    [subject],
  );
  const last = dayOf(hourOf(Date.now()));
  await transaction(async (client) => {
    for (let day = last - days; day < last; day++) await rollUpDay(client, rows[0]?.sets ?? [], day);
  });
  await patiently("VACUUM ANALYZE sample_hour");
  await patiently("VACUUM ANALYZE sample_day");
}

/** The newest values, as live pages take them. */
export async function storeLatest(subject: number, databases: number): Promise<void> {
  const newest = readingsOf(databases, subject)(Date.now(), 0);
  for (const { probe, rows, ts } of newest) {
    await pool().query("INSERT INTO latest (subject, kind, ts, data) VALUES ($1, $2, to_timestamp($3 / 1000.0), $4)", [
      ...[subject, probe, ts],
      JSON.stringify({ facts: {}, rows }),
    ]);
  }
}
