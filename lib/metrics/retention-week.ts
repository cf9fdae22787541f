// A week from one resolution to the next: built beside it, then exchanged in one transaction.
import type pg from "pg";
import { pool } from "../db";
import { lockCreation, partitionsOf, type StoredPartition } from "./partitions";
import type { ReducedStep } from "./reduce";
import { hoursOf, reduceWeek, type WeekJob } from "./reduce-week";
import { tablesOf, type Week } from "./retention-plan";
import { dropPartitions, lockWrites, StillInUse, tableBytes, withLocks } from "./retention-tables";
import { session, transaction } from "./transaction";

interface Reduction {
  deletedCount: number;
  downsampledCount: number;
  freedBytes: number;
}

const NOTHING: Reduction = { deletedCount: 0, downsampledCount: 0, freedBytes: 0 };
/** Late samples that come again and again while a week is reduced: then it waits for the next run. */
const ROUNDS = 5;

/** Tables in the making: the step is part of the name, so that another policy does not go on with them. */
const LEFT_OVERS = "^sample_reduced_[0-9]{8}_(next|of)[0-9]+$";
const nameOf = ({ from }: Week): string => partitionsOf(from)[1].name;
const namesFor = (week: Week, step: ReducedStep) => ({
  into: `${nameOf(week)}_next${step}`,
  versions: `${nameOf(week)}_of${step}`,
});

/** Drops what runs that never ended have left behind, except what is gone on with. */
export async function dropLeftOvers({ weeks, step }: { weeks: readonly Week[]; step: ReducedStep }): Promise<void> {
  const kept = weeks.flatMap((week) => Object.values(namesFor(week, step)));
  const { rows } = await pool().query<{ name: string }>(
    `SELECT relname AS name FROM pg_class
     WHERE relkind = 'r' AND relname ~ $1 AND relname <> ALL ($2) AND pg_table_is_visible(oid)`,
    [LEFT_OVERS, kept],
  );
  if (rows.length > 0) await pool().query(`DROP TABLE IF EXISTS ${rows.map(({ name }) => name).join()}`);
}

/** Reduces a week to steps of at least `step` seconds; hours that are there already stay as they are. */
export async function reduceToSteps(
  week: Week,
  step: ReducedStep,
  { dryRun, signal }: { dryRun: boolean; signal?: AbortSignal },
): Promise<Reduction> {
  const { samples } = week;
  if (!(await holdsSamples(pool(), week)) && !(await holdsFinerSteps(week, step)))
    return samples ? dropEmpty(week, samples, { dryRun, signal }) : NOTHING;
  if (dryRun) return tryOut({ week, step, into: "reduced_dry_run", signal });
  const job = { week, step, ...namesFor(week, step), signal };
  await createTables(job);
  for (let round = 0; round < ROUNDS; round++) {
    await session((client) => reduceWeek(client, job));
    const done = await withLocks((client) => exchange(client, job), signal);
    if (done) return done;
  }
  throw new StillInUse(`${nameOf(week)} changes without a pause`);
}

async function holdsSamples(db: Pick<pg.ClientBase, "query">, { samples }: Week): Promise<boolean> {
  if (!samples) return false;
  const { rows } = await db.query(`SELECT FROM ${samples.name} LIMIT 1`);
  return rows.length > 0;
}

/** The note on a table of steps tells which is its finest. */
async function holdsFinerSteps({ reduced }: Week, step: ReducedStep): Promise<boolean> {
  if (!reduced) return false;
  const finest = reduced.note?.match(/\d+/)?.[0];
  if (finest) return Number(finest) < step;
  const { rows } = await pool().query(`SELECT FROM ${reduced.name} WHERE step_s < $1 LIMIT 1`, [step]);
  return rows.length > 0;
}

/** Nothing was sealed in that week since it was reduced, or ever. */
async function dropEmpty(
  week: Week,
  samples: StoredPartition,
  { dryRun, signal }: { dryRun: boolean; signal?: AbortSignal },
): Promise<Reduction> {
  const look = async (client: pg.ClientBase) => ({ ...NOTHING, freedBytes: await tableBytes(client, [samples.name]) });
  if (dryRun) return session(look);
  return withLocks(async (client) => {
    await lockWrites(client, [samples]);
    if (await holdsSamples(client, week)) return NOTHING;
    const looked = await look(client);
    await dropPartitions(client, [samples]);
    return looked;
  }, signal);
}

const columnsOf = ({ week }: WeekJob): string =>
  `(LIKE sample_reduced INCLUDING ALL, CONSTRAINT week CHECK (hour >= ${week.from} AND hour < ${week.to}))`;

async function createTables(job: WeekJob): Promise<void> {
  await transaction(async (client) => {
    // Never written after the exchange but by late samples: no vacuum until then, which would also move the next rows.
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${job.into} ${columnsOf(job)}
       WITH (autovacuum_enabled = false, toast.autovacuum_enabled = false)`,
    );
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${job.versions}
       (set_id integer, hour integer, version text NOT NULL, PRIMARY KEY (set_id, hour))`,
    );
  });
}

/** Builds the table of steps as a real run would, for its size. */
function tryOut(job: WeekJob): Promise<Reduction> {
  return transaction(async (client) => {
    await client.query(`CREATE TEMPORARY TABLE ${job.into} ${columnsOf(job)} ON COMMIT DROP`);
    await reduceWeek(client, job);
    return measure(client, job);
  });
}

/**
 * Puts the table of steps in the place of the week's tables.
 * @returns undefined if some hour is not in it as it stands now
 */
async function exchange(client: pg.ClientBase, job: WeekJob): Promise<Reduction | undefined> {
  const { week, step, into, versions } = job;
  await lockCreation(client);
  await lockWrites(client, tablesOf(week));
  const changed = await client.query(
    `SELECT FROM (${hoursOf(week)}) h FULL JOIN ${versions} v USING (set_id, hour)
     WHERE h.version IS DISTINCT FROM v.version LIMIT 1`,
  );
  if (changed.rows.length > 0) return undefined;
  const measured = await measure(client, job);
  await dropPartitions(client, tablesOf(week));
  const name = nameOf(week);
  await client.query(`
    DROP TABLE ${versions};
    ALTER TABLE ${into} RENAME TO ${name};
    ALTER INDEX ${into}_pkey RENAME TO ${name}_pkey;
    ALTER TABLE ${name} RESET (autovacuum_enabled, toast.autovacuum_enabled);
    ALTER TABLE sample_reduced ATTACH PARTITION ${name} FOR VALUES FROM (${week.from}) TO (${week.to});
    ALTER TABLE ${name} DROP CONSTRAINT week;
    COMMENT ON TABLE ${name} IS 'Steps of ${step} seconds or more'`);
  return measured;
}

/** What the exchange replaces, and what it makes of the disk. */
async function measure(client: pg.ClientBase, { week, step, into }: WeekJob): Promise<Reduction> {
  const { samples, reduced } = week;
  const counts = [
    ...(samples ? [`SELECT count(*) AS count FROM ${samples.name}`] : []),
    ...(reduced ? [`SELECT count(*) FROM ${reduced.name} WHERE step_s < ${step}`] : []),
  ];
  const { rows } = await client.query<{ count: string }>(counts.join(" UNION ALL "));
  const before = await tableBytes(
    client,
    tablesOf(week).map(({ name }) => name),
  );
  return {
    deletedCount: 0,
    downsampledCount: rows.reduce((total, { count }) => total + Number(count), 0),
    freedBytes: before - (await tableBytes(client, [into])),
  };
}
