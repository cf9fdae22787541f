import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { StartError } from "../start-error";

const OLDEST_VERSION = 140_000;
/** A database that is only starting (containers that start together) is waited for. */
const PATIENCE_MS = 30_000;
const PASSING = new Set(["ECONNREFUSED", "ECONNRESET", "57P03", "EAI_AGAIN"]);

async function versionOf(connectionString: string): Promise<number> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      "SELECT current_setting('server_version_num')::int AS version",
    );
    return rows[0]?.version ?? 0;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Where an address leads, without its password. */
function whereTo(connectionString: string): string {
  const { host, port, database, user } = new pg.Client({ connectionString });
  return `${host}:${port}, database ${database}, as ${user}`;
}

/**
 * Waits until the given database answers.
 * @param name the variable that holds the address, for the message
 * @throws StartError if it does not answer in time or is too old
 */
export async function awaitDatabase(name: string, connectionString: string, patienceMs = PATIENCE_MS): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const version = await versionOf(connectionString);
      if (version >= OLDEST_VERSION) return;
      throw new StartError(`${name}: PostgreSQL ${Math.floor(version / 10_000)} is too old; Dozor needs 14 or newer.`);
    } catch (error) {
      if (error instanceof StartError) throw error;
      const { code = "", message } = error as { code?: string; message: string };
      if (!PASSING.has(code) || Date.now() > deadline) {
        const reason = message || code;
        throw new StartError(`${name}: cannot connect to ${whereTo(connectionString)}: ${reason}`, { cause: error });
      }
      await sleep(500);
    }
  }
}
