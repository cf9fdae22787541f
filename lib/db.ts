// Our own database: Prisma for pages and verbs, one pg pool for the hot paths, one listener for notifications.
import type { Socket } from "node:net";
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "./env";
import { type Prisma, PrismaClient } from "./generated/prisma/client";

export type { Prisma };
/** What a verb's statements run on: the client itself or the transaction it was given. */
export type Transaction = Prisma.TransactionClient;

// Next gives every module graph (pages, instrumentation, our server) its own copy of this file: one pool each would triple the connections.
const shared = globalThis as { dozorPool?: pg.Pool; dozorPrisma?: PrismaClient };

/** A server that ends no statement and no connection, because it froze or vanished, is given up a little later than it should. */
const STATEMENT_MS = 30_000;
const SILENCE_MS = 5_000;

// An idle connection is asked for life after 10 s; Node then gives up 10 s later.
const CONNECTION = { connectionTimeoutMillis: 5_000, keepAlive: true, keepAliveInitialDelayMillis: 10_000 };

/**
 * The pool of plain connections, for collector, history and live values. At most 10 connections in this process;
 * who waits 5 s for one, or 35 s for an answer, gets an error.
 */
export function pool(): pg.Pool {
  if (!shared.dozorPool) {
    shared.dozorPool = new pg.Pool({
      ...CONNECTION,
      connectionString: env().DATABASE_URL,
      max: 10,
      application_name: "dozor-app",
      idleTimeoutMillis: 30_000,
      // Poolers refuse a connection that begins with a setting they do not know; there the role's own setting holds.
      ...(env().DATABASE_DIRECT_URL === undefined && { statement_timeout: STATEMENT_MS }),
      query_timeout: STATEMENT_MS + SILENCE_MS,
      onConnect: speakPlainly,
    });
    // An idle connection that the server closes must not end the process; the next query opens another.
    shared.dozorPool.on("error", () => {});
  }
  return shared.dozorPool;
}

/** Prisma's adapter writes and reads times without their offset, and knows one style: what the server prefers must not count. */
async function speakPlainly(client: pg.ClientBase): Promise<void> {
  await client.query("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'");
}

/** The Prisma client of this process, over the same pool. */
export function prisma(): PrismaClient {
  shared.dozorPrisma ??= new PrismaClient({ adapter: new PrismaPg(pool()) });
  return shared.dozorPrisma;
}

/**
 * The name of a statement that connections keep parsed; none behind a pooler that shares connections between
 * transactions (then there is a direct address too), where the next statement meets another connection.
 */
export const prepared = (name: string): string | undefined => (env().DATABASE_DIRECT_URL ? undefined : name);

/**
 * Gives `take` each row of a statement as it comes, while the database is at the next ones.
 * @throws what `take` throws: of the rows after that one it gets none
 */
export function eachRow<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  config: pg.QueryConfig,
  take: (row: Row) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let failure: { error: unknown } | undefined;
    const query = new pg.Query<Row>(config);
    query.on("row", (row) => {
      // Thrown here, it would end the process in the middle of an answer.
      try {
        if (!failure) take(row);
      } catch (error) {
        failure = { error };
      }
    });
    // Where there is a time limit, the events `error` and `end` are not told.
    const callback = (error: Error | null) => {
      if (error) reject(error);
      else if (failure) reject(failure.error);
      else resolve();
    };
    client.query(Object.assign(query, { callback }));
  });
}

/** The pattern for LIKE and ILIKE that finds a text anywhere, whatever it holds: `%`, `_` and `\` stand for themselves. */
export const likePattern = (text: string): string => `%${text.replace(/[\\%_]/g, "\\$&")}%`;

const RECONNECT_MS = 1_000;
/** How often a listener, which has nothing to ask, makes sure that it would still be told. */
const LISTENER_CHECK_MS = 30_000;

/** What becomes of the connection of a listener. */
export interface Hearing {
  /** From now on every notification is heard; called at the first connection, too. */
  onHeard(): void;
  /** From now on, or since a little while, none is heard. */
  onLost(): void;
}

/**
 * Calls `onPayload` for every notification on a channel, or on one of several over the same connection, until the returned function is called, which takes 1 s at most.
 * Reconnects by itself after 1 s; `onReconnect` tells that notifications may have been missed.
 */
export async function listen(
  channel: string | readonly string[],
  onPayload: (payload: string, channel: string) => void,
  onReconnect: (() => void) | Hearing = () => {},
): Promise<() => Promise<void>> {
  const hearing = typeof onReconnect === "function" ? undefined : onReconnect;
  let hangUp = async (): Promise<void> => {};
  let stopped = false;
  const connect = async (first: boolean): Promise<void> => {
    if (stopped) return;
    const client = newListener();
    let lost = false;
    let checking: NodeJS.Timeout | undefined;
    const end = async () => {
      lost = true;
      hearing?.onLost();
      clearInterval(checking);
      await endSoon(client);
    };
    const retry = () => {
      if (lost) return;
      void end();
      setTimeout(() => void connect(false), RECONNECT_MS).unref();
    };
    hangUp = end;
    client.on("error", retry).on("end", retry);
    client.on("notification", (message) => onPayload(message.payload ?? "", message.channel));
    try {
      await client.connect();
      const channels = typeof channel === "string" ? [channel] : channel;
      await client.query(channels.map((name) => `LISTEN ${pg.escapeIdentifier(name)}`).join("; "));
    } catch {
      return retry();
    }
    if (lost) return;
    checking = setInterval(() => client.query("SELECT 1").catch(retry), LISTENER_CHECK_MS).unref();
    hearing?.onHeard();
    if (!first && typeof onReconnect === "function") onReconnect();
  };
  await connect(true);
  return async () => {
    stopped = true;
    await hangUp();
  };
}

function newListener(): pg.Client {
  return new pg.Client({
    ...CONNECTION,
    connectionString: env().DATABASE_DIRECT_URL ?? env().DATABASE_URL,
    application_name: "dozor-listen",
    query_timeout: SILENCE_MS,
  });
}

/** Ends a connection; one whose server does not say goodbye is cut after 1 s. Never throws. */
async function endSoon(client: pg.Client): Promise<void> {
  const { stream } = (client as unknown as { connection: { stream: Socket } }).connection;
  const timer = setTimeout(() => stream.destroy(), RECONNECT_MS);
  await client.end().catch(() => {});
  clearTimeout(timer);
}
