// Made-up histories of the databases of one server, stored as the collector would, old parts as retention leaves them.
import { pool } from "../../lib/db";
import { HOUR_MS, hourOf } from "../../lib/metrics/hour";
import { sealHours } from "../../lib/metrics/seal";
import { writeSamples } from "../../lib/metrics/write";
import type { Row } from "../../lib/probe";
import { createServerRow } from "./live";
import { reduceHour } from "./reduce-hours";

/** What the collector read of a database at a time (ms). `sessions` is null before version 14. */
export interface Reading {
  ts: number;
  clients: number;
  sessions: number | null;
  rows_written: number;
}

export interface MadeDatabase {
  name: string;
  readings: readonly Reading[];
  /** Of an earlier database of that name. */
  oid?: number;
  firstSeenAt?: number;
  droppedAt?: number;
}

/** Hours from the beginning that are kept as aggregates alone, then in steps of 5 minutes; the last ones are not sealed. */
export interface Bands {
  hourly: number;
  steps: number;
  unsealed: number;
}

interface MadeServer {
  databases: readonly MadeDatabase[];
  /** Sessions that Dozor opened: value of `cost.sessions_opened` by time. */
  opened?: readonly { ts: number; value: number }[];
  bands?: Bands;
}

interface StoredServer {
  id: number;
  name: string;
  /** The time under which a reading is found: the hour's or the step's beginning where it is not kept by itself. */
  storedAt(ts: number): number;
}

let servers = 0;

/** A new server whose databases have that history; it connects to the database `own`. */
export async function serverWith(made: MadeServer): Promise<StoredServer> {
  servers += 1;
  const name = `databases-${process.pid}-${servers}`;
  const id = await createServerRow(name);
  await pool().query("UPDATE servers SET pg_host = 'db.example', pg_database = 'own' WHERE id = $1", [id]);
  for (const [at, { name: database, oid, readings, firstSeenAt, droppedAt }] of made.databases.entries())
    await pool().query(
      `INSERT INTO server_databases (subject, oid, name, first_seen_at, dropped_at)
       VALUES ($1, $2, $3, to_timestamp($4 / 1000.0), to_timestamp($5 / 1000.0))`,
      [id, oid ?? 20_000 + at, database, firstSeenAt ?? readings[0]?.ts ?? 0, droppedAt ?? null],
    );
  const batches = batchesOf(id, made);
  await writeSamples(batches);
  const hours = [...new Set(batches.map(({ ts }) => hourOf(ts)))];
  const stepOf = stepsBy(hours, made.bands);
  if (made.bands) await sealHours((Math.max(...hours) + 1 - made.bands.unsealed) * HOUR_MS + 180_000);
  for (const hour of hours) {
    const step = stepOf(hour);
    if (step > 0) await reduceHour(id, hour, step === 3600 ? 3600 : 300);
  }
  return { id, name, storedAt: (ts) => ts - (ts % Math.max(1, 1_000 * stepOf(hourOf(ts)))) };
}

/** Seconds of a step by hour, 0 where samples are kept one by one. */
function stepsBy(hours: readonly number[], bands: Bands | undefined): (hour: number) => number {
  const [first, last] = [Math.min(...hours), Math.max(...hours)];
  return (hour) => {
    if (!bands || hour > last - bands.unsealed) return 0;
    if (hour < first + bands.hourly) return 3600;
    return hour < first + bands.hourly + bands.steps ? 300 : 0;
  };
}

function batchesOf(subject: number, { databases, opened = [] }: MadeServer) {
  const ticks = new Map<number, Row[]>();
  for (const { name, oid, droppedAt, readings } of databases) {
    const labels = { database: name, ...(droppedAt !== undefined && oid !== undefined && { oid: String(oid) }) };
    for (const { ts, ...values } of readings) {
      const rows = ticks.get(ts) ?? [];
      ticks.set(ts, rows);
      rows.push({ labels, values });
    }
  }
  const costs = opened.map(({ ts, value }) => ({
    ...{ subject, ts, probe: "cost", rows: [{ labels: {}, values: { sessions_opened: value } }] },
  }));
  return [...[...ticks].map(([ts, rows]) => ({ subject, ts, probe: "databases", rows })), ...costs].sort(
    (a, b) => a.ts - b.ts,
  );
}
