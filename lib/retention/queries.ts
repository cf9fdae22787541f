// How long history is kept now, what of it is stored, and what a policy would do to it.
import { pool } from "../db";
import { applyRetention, type StorageRates, storageRates, storedHistory } from "../metrics/retention";
import { settingLocks, settings } from "../settings/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { VERSION } from "../version";
import { policyOf } from "./cost";
import {
  type Cleanup,
  type Config,
  configSchema,
  POLICY_KEYS,
  type Retention,
  type RetentionChanges,
  retentionSchema,
} from "./schema";

const MIB = 1_048_576;

/** How this machine is sampled and for how long it is remembered. @throws AppError when the actor may not read it */
export async function readConfig(actor: Actor | null): Promise<Config> {
  requirePermission(actor, "config:read");
  return configSchema.parse({ ...(await settings()), app_version: VERSION });
}

interface RunRow {
  created_at: Date;
  updated_at: Date;
  last_archive_run: Date | null;
  deleted_count: number;
  downsampled_count: number;
  freed_bytes: number;
}

/** A policy has changed when one of its settings has, whoever wrote it. */
async function readRun(): Promise<RunRow> {
  const { rows } = await pool().query<RunRow>(
    `SELECT created_at, last_archive_run,
       deleted_count::float8 AS deleted_count, downsampled_count::float8 AS downsampled_count,
       freed_bytes::float8 AS freed_bytes,
       greatest(created_at, (SELECT max(s.updated_at) FROM settings s WHERE s.key = ANY($1))) AS updated_at
     FROM retention WHERE id = 1`,
    [POLICY_KEYS],
  );
  if (!rows[0]) throw new Error("The table retention has lost its only row");
  return rows[0];
}

const isoOf = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());

/** The policy with what is stored under it. @throws AppError when the actor may not read it */
export async function readRetention(actor: Actor | null): Promise<Retention> {
  requirePermission(actor, "config:read");
  const [policy, run, stored] = await Promise.all([settings(), readRun(), storedHistory()]);
  return retentionSchema.parse({
    ...policy,
    id: 1,
    created_at: run.created_at.toISOString(),
    updated_at: run.updated_at.toISOString(),
    last_archive_run: run.last_archive_run?.toISOString() ?? null,
    current_data_size_mb: Math.round((stored.bytes / MIB) * 100) / 100,
    oldest_record: isoOf(stored.oldest),
    newest_record: isoOf(stored.newest),
  });
}

/** The last clean-up that really ran; null before the first. */
export async function lastCleanup(): Promise<Cleanup | null> {
  const { last_archive_run, deleted_count, downsampled_count, freed_bytes } = await readRun();
  if (!last_archive_run) return null;
  return { deleted_count, downsampled_count, freed_bytes, last_archive_run: last_archive_run.toISOString() };
}

/** What the next clean-up would do under the present policy with `changes`. @throws AppError when the actor may not read settings */
export async function previewCleanup(
  actor: Actor | null,
  changes: RetentionChanges,
  now = Date.now(),
): Promise<Cleanup> {
  requirePermission(actor, "settings:read");
  const [policy, run] = await Promise.all([settings(), readRun()]);
  const would = await applyRetention(policyOf({ ...policy, ...changes }), now, { dryRun: true });
  return {
    deleted_count: would.deletedCount,
    downsampled_count: would.downsampledCount,
    freed_bytes: would.freedBytes,
    last_archive_run: run.last_archive_run?.toISOString() ?? null,
  };
}

const RATES_FRESH_MS = 60_000;
let measured: { at: number; rates: Promise<StorageRates> } | undefined;

/** Measuring reduces some rows for trial and takes up to a second: once a minute is enough. */
function recentRates(): Promise<StorageRates> {
  if (measured && performance.now() - measured.at < RATES_FRESH_MS) return measured.rates;
  const rates = storageRates();
  measured = { at: performance.now(), rates };
  rates.catch(() => {
    measured = undefined;
  });
  return rates;
}

/** Everything that the settings page shows; `rates` may come later than the rest. @throws AppError when the actor may not read settings */
export async function readSettingsPage(actor: Actor | null) {
  requirePermission(actor, "settings:read");
  const rates = recentRates();
  const [values, stored, last] = await Promise.all([settings(), storedHistory(), lastCleanup()]);
  return { values, locks: settingLocks(), stored, rates, last };
}
