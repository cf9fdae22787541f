// Dozor on a PostgreSQL of the test's own, whose server `local` has been watched for days.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { startTestServer } from "../../support/server";
import { type App, removeData, startApp } from "./app";
import { NEW_PASSWORD } from "./session";

export interface SeededApp {
  app: App;
  /** Superuser's address of its database. */
  databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts Dozor with `days` of history at two minutes, and the present at one second. */
export async function startSeededApp(days: number, env: Record<string, string> = {}): Promise<SeededApp> {
  const server = await startTestServer();
  const databaseUrl = await server.createDatabase();
  const secret = () => randomBytes(32).toString("base64url");
  const given = { DATABASE_URL: databaseUrl, AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` };
  const app = await startApp({ env: { ...given, ADMIN_PASSWORD: NEW_PASSWORD, ...env } });
  await promisify(execFile)(
    process.execPath,
    ["node_modules/tsx/dist/cli.mjs", "tests/e2e/support/seed-history.ts", String(days)],
    { cwd: resolve(import.meta.dirname, "..", "..", ".."), env: { ...process.env, ...given } },
  );
  return {
    app,
    databaseUrl,
    stop: async () => {
      await app.stop();
      removeData(app.dataDir);
      await server.stop();
    },
  };
}
