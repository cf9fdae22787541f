// Our own database: Prisma for pages and verbs, one pg pool for the hot paths, one listener for notifications.
import { PrismaPg } from "@prisma/adapter-pg";
import pg from "pg";
import { env } from "./env";
import { type Prisma, PrismaClient } from "./generated/prisma/client";

export type { Prisma };
/** What a verb's statements run on: the client itself or the transaction it was given. */
export type Transaction = Prisma.TransactionClient;

// Next gives every module graph (pages, instrumentation, our server) its own copy of this file: one pool each would triple the connections.
const shared = globalThis as { dozorPool?: pg.Pool; dozorPrisma?: PrismaClient };

/** The pool of plain connections, for collector, history and live values. At most 10 connections in this process. */
export function pool(): pg.Pool {
  if (!shared.dozorPool) {
    shared.dozorPool = new pg.Pool({
      connectionString: env().DATABASE_URL,
      max: 10,
      application_name: "dozor-app",
      connectionTimeoutMillis: 5_000,
      idleTimeoutMillis: 30_000,
      statement_timeout: 60_000,
    });
    // An idle connection that the server closes must not end the process; the next query opens another.
    shared.dozorPool.on("error", () => {});
  }
  return shared.dozorPool;
}

/** The Prisma client of this process, over the same pool. */
export function prisma(): PrismaClient {
  shared.dozorPrisma ??= new PrismaClient({ adapter: new PrismaPg(pool()) });
  return shared.dozorPrisma;
}

/**
 * Calls `onPayload` for every notification on `channel` until the returned function is called.
 * Reconnects by itself after 1 s; `onReconnect` tells that notifications may have been missed.
 */
export async function listen(
  channel: string,
  onPayload: (payload: string) => void,
  onReconnect: () => void = () => {},
): Promise<() => Promise<void>> {
  let client: pg.Client | undefined;
  let stopped = false;
  const connect = async (first: boolean): Promise<void> => {
    if (stopped) return;
    const next = new pg.Client({
      connectionString: env().DATABASE_DIRECT_URL ?? env().DATABASE_URL,
      application_name: "dozor-listen",
      keepAlive: true,
    });
    let lost = false;
    const retry = () => {
      if (lost || stopped) return;
      lost = true;
      next.end().catch(() => {});
      setTimeout(() => void connect(false), 1_000).unref();
    };
    next.on("error", retry);
    next.on("end", retry);
    next.on("notification", (message) => onPayload(message.payload ?? ""));
    try {
      await next.connect();
      await next.query(`LISTEN ${pg.escapeIdentifier(channel)}`);
      client = next;
      if (!first) onReconnect();
    } catch {
      retry();
    }
  };
  await connect(true);
  return async () => {
    stopped = true;
    await client?.end().catch(() => {});
  };
}
