// Gives the server `local` of a running Dozor a past: `tsx seed-history.ts DAYS`, with the app's DATABASE_URL and keys.
import { syntheticHost } from "../../../bench/support/synthetic-host";
import { pool } from "../../../lib/db";
import { provideEnv } from "../../../lib/env";
import { HOUR_MS, hourOf } from "../../../lib/metrics/hour";
import { sealHours } from "../../../lib/metrics/seal";
import { writeSamples } from "../../../lib/metrics/write";

const STEP_MS = 120_000;
const { DATABASE_URL = "", AUTH_SECRET = "", ENCRYPTION_KEYS = "" } = process.env;
provideEnv({ DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS });

const days = Number(process.argv[2]);
const { rows } = await pool().query<{ id: number }>("SELECT id FROM servers WHERE name = 'local'");
const subject = rows[0]?.id ?? 0;
// The hour before the app's first sample stays its own.
const end = (hourOf(Date.now()) - 1) * HOUR_MS;
const host = syntheticHost(STEP_MS / 1000);
for (let hour = end - 24 * days * HOUR_MS; hour < end; hour += HOUR_MS) {
  const times = Array.from({ length: HOUR_MS / STEP_MS }, (_, i) => hour + i * STEP_MS);
  await writeSamples(times.flatMap((ts) => host().map((tick) => ({ subject, ts, ...tick }))));
}
await sealHours(end + HOUR_MS);
await pool().query("UPDATE servers SET created_at = to_timestamp($2) WHERE id = $1", [
  subject,
  (end - 24 * days * HOUR_MS) / 1000,
]);
await pool().end();
