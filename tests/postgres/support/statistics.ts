// What tests of counters ask of readings: their rates, and when the counters began.
import type { TargetSession } from "../../../lib/postgres/connect";
import type { PostgresProbe } from "../../../lib/postgres/probe";
import { postgresProbes } from "../../../lib/postgres/probes/index";
import { type CounterState, nothingToAsk } from "../../../lib/postgres/run";
import { type Asked, askProbe } from "./contract";

/** Probes that need what older versions do not have. */
export const OLDEST: Readonly<Record<string, number>> = { wal: 14, io: 16 };
/** Statistics that are reset one by one, and since when they exist. */
export const RESETS = [
  [10, "bgwriter"],
  [14, "wal"],
  [16, "io"],
  [17, "checkpointer"],
] as const;
/** What work makes grow, by probe. */
export const GROWING: Readonly<Record<string, readonly string[]>> = {
  databases: ["tuples_inserted_per_sec"],
  instance: ["transactions_per_sec", "wal_bytes_per_sec"],
  checkpoints: ["requested_per_sec", "checkpoint_bytes_per_sec"],
  wal: ["bytes_per_sec", "writes_per_sec"],
  io: ["write_bytes_per_sec", "extend_bytes_per_sec"],
};
/** Probes with rates on every server. */
export const COUNTING = postgresProbes.filter((probe) => probe.resetBy && probe.name !== "replication");

/** @throws Error where there is none */
export function probeCalled(name: string): PostgresProbe {
  const probe = postgresProbes.find((each) => each.name === name);
  if (!probe) throw new Error(`No probe ${name}`);
  return probe;
}

/** What a reading counted, of other databases nothing. */
export const countersOf = (asked: Asked | undefined, database: string): CounterState[] =>
  [...(asked?.counters.values() ?? [])].filter((row) => (row.labels.database ?? database) === database);
/** When the counters of a reading began, as one text. */
export const resetsOf = (asked: Asked | undefined, database: string) =>
  JSON.stringify(countersOf(asked, database).map((row) => row.reset));
/** All rates of a reading, of other databases none. */
export const ratesOf = ({ reading }: Asked, database: string): number[] =>
  reading.rows
    .filter((row) => (row.labels.database ?? database) === database)
    .flatMap(({ values }) => Object.entries(values).filter(([name]) => name.endsWith("_per_sec")))
    .map(([, value]) => value ?? 0);

/** Asks every probe that this version can answer, once. */
export async function askAll(session: TargetSession): Promise<Map<string, Asked>> {
  const asked = new Map<string, Asked>();
  for (const probe of postgresProbes)
    if (nothingToAsk(probe, session.version) === null) asked.set(probe.name, await askProbe(probe, session));
  return asked;
}
