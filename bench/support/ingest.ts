// Writing: the same batches into every store, and what that costs in CPU.
import { pool } from "../../lib/db";
import { forgetPlaces } from "../../lib/metrics/slots";
import type { SampleBatch } from "../../lib/metrics/write";
import { DAY_MS, type DataSet, hoursOf, START } from "./data-sets";
import { copyJson, writeJson } from "./json-metrics";
import { cpuSeconds, progress } from "./measure";
import { copyDay, newSubjects, type Ours, storedBytes, storeHour } from "./ours";
import { serverName } from "./peer-ways";
import type { Peer } from "./peers";
import { encodeWrite, type RemoteWrite } from "./remote-write";
import { CPU_GOALS, type Line, SIZE_GOALS, shown } from "./table";

export interface Stores {
  ours: Ours;
  peers: readonly Peer[];
}

export interface Stored {
  samples: number;
  /** CPU seconds per million samples; by store. */
  cpu: Record<string, number>;
}

interface Options {
  /** More than one: the first day is repeated, in our tables by SQL. */
  days?: number;
  /** Store them as JSONB too. */
  json?: boolean;
}

/** Stores a set in all stores and waits until each has come to rest. */
export async function storeEverywhere(
  set: DataSet,
  subjects: readonly number[],
  { ours, peers, days = 1, json = false }: Stores & Options,
): Promise<Stored> {
  await warmUp(set);
  const before = peers.map((peer) => peer.cpuSeconds());
  const spent = { ours: 0, json: 0 };
  const kept: RemoteWrite[] = [];
  let samples = 0;
  // Alone first: what the others need in this process must not count as ours.
  for (const writes of hoursOf(set, subjects)) spent.ours += await cpuOf(ours, () => storeHour(writes));
  progress("Dozor has it");
  for (const writes of hoursOf(set, subjects)) {
    if (json) spent.json += await cpuOf(ours, () => storeJson(writes));
    for (const batches of writes) {
      const write = encodeWrite(batches, serverName);
      for (const peer of peers) await peer.write(write);
      samples += write.samples;
      if (days > 1) kept.push(write);
    }
  }
  progress(`stored ${(samples / 1e6).toFixed(1)} million samples`);
  await Promise.all([repeatOurs(days, json), repeatPeers(peers, kept, days)]);
  await Promise.all(peers.map((peer) => peer.settle()));
  progress("the others have compacted");
  const millions = samples / 1e6;
  const cpu: Record<string, number> = { Dozor: spent.ours / millions, ...(json && { JSONB: spent.json / millions }) };
  peers.forEach((peer, i) => {
    cpu[peer.name] = (peer.cpuSeconds() - (before[i] ?? 0)) / (millions * days);
  });
  return { samples: samples * days, cpu };
}

/**
 * Lines of the table: bytes and CPU per sample. Of Prometheus only blocks count. Our head, too, holds the newest hour only:
 * of less than a week it is left out. Less than a day says nothing about bytes: names weigh more than samples then.
 */
export async function costLines(
  { peers }: Stores,
  { samples, cpu }: Stored,
  { hours, jsonBytes }: { hours: number; jsonBytes?: number },
): Promise<Line[]> {
  const head = hours >= 168;
  const { bytes, tables } = await storedBytes();
  const parts = Object.entries(tables).map(([name, part]) => `${name} ${shown(part / samples)}`);
  progress(`Dozor's bytes per sample: ${parts.join(", ")}`);
  const sizes: Record<string, number> = {
    Dozor: (bytes - (head ? 0 : (tables.head ?? 0))) / samples,
    ...(jsonBytes && { JSONB: jsonBytes / samples }),
  };
  for (const peer of peers) sizes[peer.name] = peer.bytesPerSample();
  return [
    {
      what: `bytes per sample on disk, ${head ? "everything" : "all but the newest hours"} included`,
      values: sizes,
      ...(hours >= 24 && { goals: SIZE_GOALS }),
    },
    { what: "CPU-s per million samples stored", values: cpu, goals: CPU_GOALS },
  ];
}

const WARM_SAMPLES = 2_000_000;

/**
 * Stores some of the set under other subjects and forgets it: a collector runs for months, so what its first minute costs
 * in compiling does not count. The others write compiled programs, and their figure is of all days together.
 */
async function warmUp(set: DataSet): Promise<void> {
  let samples = 0;
  for (const writes of hoursOf(set, await newSubjects(set.subjects))) {
    await storeHour(writes);
    for (const { rows } of writes.flat()) for (const { values } of rows) samples += Object.keys(values).length;
    if (samples > WARM_SAMPLES) break;
  }
  await pool().query("TRUNCATE sample_head, sample_data, sample_hour, sample_day, series_set, series");
  forgetPlaces();
  progress("warm");
}

/** CPU seconds in this process and in PostgreSQL. */
async function cpuOf(ours: Ours, work: () => Promise<void>): Promise<number> {
  const [client, server] = [process.cpuUsage(), await ours.cpuSeconds()];
  await work();
  return cpuSeconds(client) + (await ours.cpuSeconds()) - server;
}

async function storeJson(writes: readonly SampleBatch[][]): Promise<void> {
  for (const batches of writes) await writeJson(batches);
}

async function repeatOurs(days: number, json: boolean): Promise<void> {
  if (days === 1) return;
  await copyDay(START, days);
  progress(`Dozor has ${days} days`);
  if (!json) return;
  await copyJson(START, days);
  await pool().query("VACUUM json_metrics");
  progress(`JSONB has ${days} days`);
}

async function repeatPeers(peers: readonly Peer[], writes: readonly RemoteWrite[], days: number): Promise<void> {
  for (let day = 1; day < days; day++) {
    for (const write of writes) {
      for (const peer of peers) await peer.write(write, day * DAY_MS);
    }
    if (day % 5 === 4) progress(`the others have ${day + 1} days`);
  }
}
