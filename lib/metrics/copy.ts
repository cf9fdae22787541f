// COPY in PostgreSQL's binary format through node-postgres: no number is printed and parsed on its way, no row planned.
import type pg from "pg";
import { env } from "../env";

/** What node-postgres offers a query of one's own beyond what its types tell. */
interface CopyConnection {
  stream: { cork(): void; uncork(): void };
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
}

/** One COPY statement under way. Its methods are called by node-postgres. */
class Copy {
  /** Replaced by node-postgres by one that also watches the time. */
  callback: (error: Error | null) => void = () => {};
  readonly received: Buffer[] = [];
  /**
   * Data may follow the statement at once: a server ignores what comes after a COPY it refused. A pooler between
   * (then there is a direct address too) may hand such a rest to the next server.
   */
  private readonly waits = env().DATABASE_DIRECT_URL !== undefined;

  constructor(
    private readonly text: string,
    private readonly data?: Buffer,
  ) {}

  submit(given: unknown): void {
    const connection = given as CopyConnection;
    connection.stream.cork();
    connection.query(this.text);
    if (!this.waits) this.send(connection);
    connection.stream.uncork();
  }

  private send(connection: CopyConnection): void {
    if (!this.data) return;
    connection.sendCopyFromChunk(this.data);
    connection.endCopyFrom();
  }

  handleCopyInResponse(connection: CopyConnection): void {
    if (this.waits) this.send(connection);
  }

  /** The chunk lies in the connection's buffer, which later messages overwrite. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    this.received.push(Buffer.from(chunk));
  }

  handleCommandComplete(): void {}

  handleError(error: Error): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    this.callback(null);
  }
}

function run(client: pg.ClientBase, copy: Copy): Promise<void> {
  return new Promise((resolve, reject) => {
    copy.callback = (error) => (error ? reject(error) : resolve());
    client.query(copy);
  });
}

const HEADER = Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1");
const TRAILER = Buffer.from([0xff, 0xff]);

/**
 * Runs `COPY … FROM STDIN (FORMAT binary)`: all rows or none.
 * @param rows as the format wants them, without its header and trailer
 * @throws what PostgreSQL says, e.g. 23505 when a row is there already
 */
export function copyIn(client: pg.ClientBase, text: string, rows: Buffer): Promise<void> {
  return run(client, new Copy(text, Buffer.concat([HEADER, rows, TRAILER])));
}

/**
 * Runs `COPY … TO STDOUT (FORMAT binary)` of a query that gives one row with one field, and gives the field's bytes.
 * One large field costs a tenth of many small rows, each of which is a message of its own.
 * @returns nothing when the field is NULL
 */
export async function copyOutField(client: pg.ClientBase, text: string): Promise<Buffer> {
  const copy = new Copy(text);
  await run(client, copy);
  const bytes = Buffer.concat(copy.received);
  // The header, the number of fields, the length of the field; -1 is NULL.
  const start = HEADER.length + 6;
  return bytes.subarray(start, start + Math.max(0, bytes.readInt32BE(start - 4)));
}
