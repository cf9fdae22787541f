// What a test asks for when it needs our database.
import { afterAll, beforeAll } from "vitest";
import { provideEnv } from "../../lib/env";
import { createDatabase, dropDatabase, startTestServer } from "./server";

export interface TestDatabase {
  /** Superuser's address of a database with all migrations applied. */
  url: string;
  /** Another one on the same server. */
  createDatabase(options?: { empty?: boolean }): Promise<string>;
  stop(): Promise<void>;
}

/**
 * A fresh migrated database: on the server of this vitest run (about 50 ms), else, or with `dedicated`,
 * on a server of its own (about 1.5 s), e.g. to stop or to overload it.
 */
export async function startTestDatabase({ dedicated = false } = {}): Promise<TestDatabase> {
  const shared = process.env.TEST_DATABASE_SERVER;
  if (!shared || dedicated) {
    const server = await startTestServer();
    return { url: await server.createDatabase(), createDatabase: server.createDatabase, stop: server.stop };
  }
  const made: string[] = [];
  const create = async (options?: { empty?: boolean }): Promise<string> => {
    const url = await createDatabase(shared, options);
    made.push(url);
    return url;
  };
  return {
    url: await create(),
    createDatabase: create,
    stop: async () => {
      for (const url of made) await dropDatabase(url);
    },
  };
}

/** The keys under which tests encrypt. */
export const TEST_ENVIRONMENT = {
  AUTH_SECRET: "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e",
  ENCRYPTION_KEYS: "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a",
} as const;

/** Gives the lib modules of this test file a database, from the first to the last test. */
export function useDatabase(): { readonly url: string } {
  let database: TestDatabase | undefined;
  beforeAll(async () => {
    database = await startTestDatabase();
    provideEnv({ DATABASE_URL: database.url, ...TEST_ENVIRONMENT });
  });
  afterAll(async () => {
    // Only a test that used lib/db has pools to close; the others do not load it.
    const shared = globalThis as {
      dozorPool?: { end(): Promise<void> };
      dozorPrisma?: { $disconnect(): Promise<void> };
    };
    await shared.dozorPrisma?.$disconnect();
    await shared.dozorPool?.end();
    shared.dozorPrisma = undefined;
    shared.dozorPool = undefined;
    await database?.stop();
  });
  return {
    get url() {
      if (!database) throw new Error("useDatabase(): ask for the address inside a test or hook");
      return database.url;
    },
  };
}
