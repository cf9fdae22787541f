// One Dozor per data directory: a session lock in its own database, which the server itself gives back when we die.
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { StartError } from "../start-error";

/** "dozor" as a number. */
const OWNER_LOCK = 0x646f7a6f72;
const PREFIX = "dozor-owner-";
/** Long enough for the server to notice that a killed owner is gone. */
const GRACE_MS = 3_000;

/** Another Dozor works with this data directory. */
export class OwnedByAnother extends StartError {}

async function holder(client: pg.Client): Promise<string> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT a.application_name AS name FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'advisory' AND l.granted AND (l.classid::bigint << 32) + l.objid::bigint = $1`,
    [OWNER_LOCK],
  );
  return rows[0]?.name.replace(PREFIX, "") ?? "unknown";
}

async function lock(client: pg.Client, directory: string): Promise<void> {
  const deadline = Date.now() + GRACE_MS;
  for (;;) {
    const { rows } = await client.query<{ mine: boolean }>("SELECT pg_try_advisory_lock($1) AS mine", [OWNER_LOCK]);
    if (rows[0]?.mine) return;
    if (Date.now() > deadline) break;
    await sleep(100);
  }
  throw new OwnedByAnother(
    `Another Dozor (process ${await holder(client)}) already runs on ${directory}. Stop it first, or give this one a DATA_DIR and a PORT of its own.`,
  );
}

/**
 * Becomes the owner: the connection that is returned holds the lock until it ends.
 * @param url address of the database `postgres`, which always exists
 * @param directory the data directory, for the message
 * @throws OwnedByAnother naming the other process, or the connection's error
 */
export async function becomeOwner(url: string, directory: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: `${PREFIX}${process.pid}`,
    connectionTimeoutMillis: 10_000,
  });
  // Its end is watched by the supervisor; an error without a listener would end the process.
  client.on("error", () => {});
  try {
    await client.connect();
    await lock(client, directory);
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    if ((error as { code?: string }).code !== "28P01") throw error;
    throw new StartError(
      `The database in ${directory} does not accept the password in ${directory}/secrets/database_password. Restore that file from a backup.`,
      { cause: error },
    );
  }
}
