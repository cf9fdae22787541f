// From the environment to a database that is ready for pages and collector: the part of a start that comes before Next.
import { adoptAuditLog } from "../audit/append";
import { pool, prisma } from "../db";
import { prepareDataDirectory } from "../embedded/data-directory";
import { keptSecret, randomSecret } from "../embedded/kept-secret";
import { type EmbeddedDatabase, startEmbedded } from "../embedded/server";
import { env, type GivenEnv, provideEnv } from "../env";
import { log as processLog } from "../log";
import { migrate } from "../migrate";
import { verifyKeys } from "../secrets";
import { appendSystemLog } from "../syslog/append";
import { createFirstAdmin, type NewAdmin } from "./admin";
import { awaitDatabase } from "./external";
import { ensureLocalServer } from "./local-server";

const log = processLog.child({ source: "start" });

export interface Prepared {
  /** Undefined with DATABASE_URL. */
  embedded: EmbeddedDatabase | undefined;
  /** The user created just now. */
  admin: NewAdmin | undefined;
  /** Names of the migrations that were applied just now. */
  applied: string[];
}

async function startOwnDatabase(given: GivenEnv, onLost: (error: Error) => void): Promise<EmbeddedDatabase> {
  const data = prepareDataDirectory(given.DATA_DIR);
  log.info({ directory: data.path }, "starting the embedded PostgreSQL");
  const embedded = await startEmbedded(data, onLost);
  provideEnv({
    DATA_DIR: data.path,
    DATABASE_URL: embedded.url,
    AUTH_SECRET: given.AUTH_SECRET ?? keptSecret(data.path, "auth_secret"),
    ENCRYPTION_KEYS: given.ENCRYPTION_KEYS ?? keptSecret(data.path, "encryption_keys", () => `1:${randomSecret()}`),
  });
  return embedded;
}

async function fillDatabase(given: GivenEnv): Promise<Omit<Prepared, "embedded">> {
  const direct = env().DATABASE_DIRECT_URL ?? env().DATABASE_URL;
  const applied = await migrate(direct);
  if (applied.length > 0) log.info({ migrations: applied }, "migrations applied");
  await verifyKeys(pool());
  await prisma().$transaction((transaction) => adoptAuditLog(transaction, applied));
  const admin = await createFirstAdmin(given.ADMIN_PASSWORD);
  const { outcome, withoutRole } = await ensureLocalServer(direct);
  if (withoutRole && (outcome === "created" || outcome === "updated")) {
    const message =
      "The monitoring role could not be created; our own database is watched with the credentials of DATABASE_URL";
    log.warn({ reason: withoutRole }, message);
    await appendSystemLog(prisma(), {
      level: "warning",
      source: "start",
      server: "local",
      message,
      details: { reason: withoutRole },
    });
  }
  return { admin, applied };
}

/**
 * Gets the database running, migrated and filled with what the first start needs.
 * @param onLost the embedded database was taken over by another Dozor: this process must end
 * @throws StartError with one readable reason
 */
export async function prepare(given: GivenEnv, onLost: (error: Error) => void): Promise<Prepared> {
  const embedded = given.DATABASE_URL ? undefined : await startOwnDatabase(given, onLost);
  try {
    if (given.DATABASE_URL) await awaitDatabase("DATABASE_URL", given.DATABASE_URL);
    if (given.DATABASE_DIRECT_URL) await awaitDatabase("DATABASE_DIRECT_URL", given.DATABASE_DIRECT_URL);
    return { embedded, ...(await fillDatabase(given)) };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}
