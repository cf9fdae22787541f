import pg from "pg";
import { env } from "../env";

/** A connection for long statements: to the server itself where a pooler stands before it. */
export async function withConnection<T>(work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({
    connectionString: env().DATABASE_DIRECT_URL ?? env().DATABASE_URL,
    application_name: "dozor-backup",
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A lost connection rejects what runs; without a listener it would end the process as well.
  client.on("error", () => {});
  await client.connect();
  let done = false;
  try {
    const result = await work(client);
    done = true;
    return result;
  } finally {
    // After a failure COPY may still be under way, which a goodbye would wait for.
    if (!done) (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await client.end().catch(() => {});
  }
}

/** What is told while a backup is written or read. */
export interface Progress {
  table: string;
  /** Uncompressed, of all tables. */
  bytes: number;
  /** About how many there will be; 0 where nobody knows. */
  expected: number;
}
