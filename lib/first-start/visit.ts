// A command's way to the database: no server, no migrations, no first administrator.
import { pool } from "../db";
import { prepareDataDirectory } from "../embedded/data-directory";
import { keptSecret } from "../embedded/kept-secret";
import { visitEmbedded } from "../embedded/server";
import { givenEnv, provideEnv } from "../env";
import { awaitDatabase } from "./external";

/**
 * Runs `work` on the database that the environment names, or on the embedded one of DATA_DIR, whether Dozor runs or not.
 * @throws StartError with one readable reason
 */
export async function visitDatabase<Result>(work: () => Promise<Result>): Promise<Result> {
  const given = givenEnv();
  if (given.DATABASE_URL) {
    await awaitDatabase("DATABASE_URL", given.DATABASE_URL, 5_000);
    return work().finally(() => pool().end());
  }
  const data = prepareDataDirectory(given.DATA_DIR);
  const embedded = await visitEmbedded(data);
  try {
    provideEnv({
      DATA_DIR: data.path,
      DATABASE_URL: embedded.url,
      AUTH_SECRET: given.AUTH_SECRET ?? keptSecret(data.path, "auth_secret"),
      ENCRYPTION_KEYS: given.ENCRYPTION_KEYS ?? keptSecret(data.path, "encryption_keys"),
    });
    return await work().finally(() => pool().end());
  } finally {
    await embedded.stop();
  }
}
