// One connection kept open for each server: opened when needed, closed before another takes its place.
import { performance } from "node:perf_hooks";
import type { CollectedServer } from "./plan";

/** After a failed attempt the other probes of the same tick get its error instead of knocking again. */
const ATTEMPT_MEMORY_MS = 1_000;

interface Connection {
  /** False once it is lost or closed; it never comes back. */
  readonly open: boolean;
  /** Never throws. */
  close(): Promise<void>;
}

interface Attempt<Kept> {
  address: string;
  connection: Promise<Kept>;
  failedAt: number | null;
  failure?: unknown;
}

interface KeptParts<Kept> {
  /** Opens one; it closes what it opened when it throws. */
  open(server: CollectedServer): Promise<Kept>;
  /** What a connection leads to: another one is opened when it changes. */
  addressOf(server: CollectedServer): unknown;
}

export function createKept<Kept extends Connection>({ open, addressOf }: KeptParts<Kept>) {
  const attempts = new Map<number, Attempt<Kept>>();
  const closing = new Map<number, Promise<void>>();

  function begin(server: CollectedServer, address: string): Attempt<Kept> {
    const connection = (closing.get(server.id) ?? Promise.resolve()).then(() => open(server));
    const attempt: Attempt<Kept> = { address, connection, failedAt: null };
    connection.catch((error) => {
      attempt.failedAt = performance.now();
      attempt.failure = error;
    });
    attempts.set(server.id, attempt);
    return attempt;
  }

  function drop(server: number, failure?: unknown, asked?: CollectedServer): Promise<void> {
    const attempt = attempts.get(server);
    // What failed may have been asked where the server is not any more.
    if (asked && attempt?.address !== JSON.stringify(addressOf(asked))) return closing.get(server) ?? Promise.resolve();
    // The first failure tells why; those behind it only that the connection is gone.
    if (attempt && failure !== undefined && attempt.failedAt !== null && !isForgotten(attempt))
      return closing.get(server) ?? Promise.resolve();
    attempts.delete(server);
    if (!attempt) return closing.get(server) ?? Promise.resolve();
    const closed = (closing.get(server) ?? Promise.resolve())
      .then(() => attempt.connection)
      .then((connection) => connection.close())
      .catch(() => {})
      .then(() => {
        if (closing.get(server) === closed) closing.delete(server);
      });
    closing.set(server, closed);
    if (failure !== undefined) {
      const connection = Promise.reject<Kept>(failure);
      connection.catch(() => {});
      attempts.set(server, { address: attempt.address, connection, failedAt: performance.now(), failure });
    }
    return closed;
  }

  const isForgotten = ({ failedAt }: Attempt<Kept>) =>
    failedAt !== null && performance.now() - failedAt > ATTEMPT_MEMORY_MS;

  return {
    /** The connection of a server, opened when needed. @throws what opening it threw */
    async get(server: CollectedServer): Promise<Kept> {
      const address = JSON.stringify(addressOf(server));
      const before = attempts.get(server.id);
      if (before && (before.address !== address || isForgotten(before))) void drop(server.id);
      const attempt = attempts.get(server.id) ?? begin(server, address);
      const connection = await attempt.connection;
      if (connection.open) return connection;
      if (attempts.get(server.id) === attempt) void drop(server.id);
      return this.get(server);
    },
    /**
     * Closes a server's connection; the next question opens another.
     * @param failure what questions of the same moment get instead
     * @param asked the server as it was asked: a connection that leads elsewhere stays
     * @returns when it is closed
     */
    drop,
    /** Why a server's connection was dropped, or could not be opened, within the last second. */
    failure(server: number): unknown {
      const attempt = attempts.get(server);
      return attempt && attempt.failedAt !== null && !isForgotten(attempt) ? attempt.failure : undefined;
    },
    /** Closes those of all servers but these. @returns when they are closed */
    async retain(servers: ReadonlySet<number>): Promise<void> {
      await Promise.all([...attempts.keys()].filter((server) => !servers.has(server)).map((server) => drop(server)));
    },
    async close(): Promise<void> {
      await Promise.all([...attempts.keys()].map((server) => drop(server)));
      await Promise.all(closing.values());
    },
    count: (): number => attempts.size,
  };
}
