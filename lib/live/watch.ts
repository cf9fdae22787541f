// Watch leases: they tell the collector that somebody looks at a server and how often new values are wanted.
import { pool } from "../db";

/** A facet, or a probe that is asked only while somebody looks. */
export type WatchKind = "host" | "postgres" | "sessions";

/** How long a lease lasts at least; who watches on renews it twice in that time. */
const LEASE_SECONDS = 10;

/** How long a lease of that interval lasts: who asks once in each keeps it, though a little late. */
export const leaseSeconds = (intervalSeconds: number): number => Math.max(LEASE_SECONDS, 2 * intervalSeconds + 2);

/** Seconds between renewals that keep a lease alive even when one is late. */
export const RENEW_EVERY_SECONDS = 5;

/** Asks for new values of one server's facet every `intervalSeconds` (at least 1) until the lease ends. */
export async function renewWatch(subject: number, kind: WatchKind, intervalSeconds: number): Promise<void> {
  await renewWatches([subject], kind, intervalSeconds);
}

/** The same for many servers, in one statement. */
export async function renewWatches(
  subjects: readonly number[],
  kind: WatchKind,
  intervalSeconds: number,
): Promise<void> {
  if (subjects.length === 0) return;
  // Sorted, so that two instances that renew the same leases never wait for each other in a circle.
  const sorted = [...new Set(subjects)].sort((a, b) => a - b);
  await pool().query(
    `WITH renewed AS (
       INSERT INTO watch (subject, kind, interval_seconds, until)
       SELECT wanted, $2, $3, now() + make_interval(secs => $4) FROM unnest($1::int[]) AS wanted
       ON CONFLICT (subject, kind, interval_seconds) DO UPDATE SET until = greatest(watch.until, excluded.until)
       RETURNING subject
     )
     SELECT pg_notify('dozor_watch', subject::text) FROM renewed`,
    [sorted, kind, intervalSeconds, leaseSeconds(intervalSeconds)],
  );
}
