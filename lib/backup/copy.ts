// COPY in PostgreSQL's binary format as streams of blocks, of which only a few are in memory however large the table is.
import type { Socket } from "node:net";
import type pg from "pg";

/** What node-postgres offers a query of one's own beyond what its types tell. */
interface CopyConnection {
  stream: Socket;
  query(text: string): void;
  sendCopyFromChunk(chunk: Buffer): void;
  endCopyFrom(): void;
  sendCopyFail(reason: string): void;
}

/** Large enough to compress well. */
export const BLOCK_BYTES = 4 * 1024 * 1024;
/** Blocks that wait for the reader before the server has to. */
const MOST_WAITING = 2;
/** A message of COPY. */
const PIECE_BYTES = 256 * 1024;

class CopyOut {
  /** Called by node-postgres when the connection is lost. */
  callback: (error: Error | null) => void = (error) => this.end(error ?? undefined);
  readonly full: Buffer[] = [];
  rows = 0;
  ended = false;
  failure: Error | undefined;
  private block = Buffer.allocUnsafe(BLOCK_BYTES);
  private used = 0;
  private wake: () => void = () => {};
  private stream: Socket | undefined;

  constructor(private readonly text: string) {}

  submit(given: unknown): void {
    const connection = given as CopyConnection;
    this.stream = connection.stream;
    connection.query(this.text);
  }

  /** The chunk lies in the connection's buffer, which later messages overwrite. */
  handleCopyData({ chunk }: { chunk: Buffer }): void {
    for (let at = 0; at < chunk.length; ) {
      const copied = chunk.copy(this.block, this.used, at);
      at += copied;
      this.used += copied;
      if (this.used === BLOCK_BYTES) this.flush();
    }
  }

  private flush(): void {
    if (this.used > 0) this.full.push(this.block.subarray(0, this.used));
    this.block = Buffer.allocUnsafe(BLOCK_BYTES);
    this.used = 0;
    if (this.full.length >= MOST_WAITING) this.stream?.pause();
    this.wake();
  }

  /** The next block, or undefined after the last one. @throws what PostgreSQL says */
  async take(): Promise<Buffer | undefined> {
    while (this.full.length === 0 && !this.ended) await new Promise<void>((resolve) => (this.wake = resolve));
    if (this.failure) throw this.failure;
    const block = this.full.shift();
    if (this.full.length < MOST_WAITING) this.stream?.resume();
    return block;
  }

  private end(failure?: Error): void {
    this.failure ??= failure;
    this.ended = true;
    this.flush();
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = countOf(text);
  }

  handleError(error: Error): void {
    this.end(error);
  }

  handleReadyForQuery(): void {
    this.end();
  }
}

/** `COPY 12` */
const countOf = (tag: string): number => Number(/^COPY (\d+)$/.exec(tag)?.[1] ?? 0);

/**
 * Runs `COPY … TO STDOUT (FORMAT binary)` and gives its bytes in blocks. Who does not read to the end has to end the connection.
 * @param onEnd is told the number of rows
 */
export async function* copyOut(
  client: pg.ClientBase,
  text: string,
  onEnd: (rows: number) => void,
): AsyncGenerator<Buffer> {
  const copy = new CopyOut(text);
  client.query(copy);
  for (let block = await copy.take(); block; block = await copy.take()) yield block;
  onEnd(copy.rows);
}

class CopyIn {
  callback: (error: Error | null) => void = () => {};
  rows = 0;
  private failure: Error | undefined;
  private over = false;

  constructor(
    private readonly text: string,
    private readonly blocks: AsyncIterable<Buffer>,
  ) {}

  submit(given: unknown): void {
    (given as CopyConnection).query(this.text);
  }

  handleCopyInResponse(connection: CopyConnection): void {
    void this.send(connection).then(
      () => connection.endCopyFrom(),
      (error: Error) => {
        this.failure = error;
        connection.sendCopyFail("the source failed");
      },
    );
  }

  private async send(connection: CopyConnection): Promise<void> {
    for await (const block of this.blocks) {
      for (let at = 0; at < block.length && !this.over; at += PIECE_BYTES) {
        connection.sendCopyFromChunk(block.subarray(at, at + PIECE_BYTES));
        if (connection.stream.writableNeedDrain) await drained(connection.stream);
      }
    }
  }

  handleCommandComplete({ text }: { text: string }): void {
    this.rows = countOf(text);
  }

  /** The source's own reason says more than what PostgreSQL makes of it. */
  handleError(error: Error): void {
    this.over = true;
    this.callback(this.failure ?? error);
  }

  handleReadyForQuery(): void {
    this.over = true;
    this.callback(null);
  }
}

function drained(stream: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stream.off("drain", done).off("close", done);
      resolve();
    };
    stream.on("drain", done).on("close", done);
  });
}

/**
 * Runs `COPY … FROM STDIN (FORMAT binary)` with these bytes: all rows or none.
 * @returns the number of rows
 * @throws what the source throws, or what PostgreSQL says
 */
export async function copyIn(client: pg.ClientBase, text: string, blocks: AsyncIterable<Buffer>): Promise<number> {
  const copy = new CopyIn(text, blocks);
  await new Promise<void>((resolve, reject) => {
    copy.callback = (error) => (error ? reject(error) : resolve());
    client.query(copy);
  });
  return copy.rows;
}
