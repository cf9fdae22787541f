// `npm run migrate`: what `npm start` does to the database before it serves: migrations, the first administrator, the server
// `local`. For hosts where no start of ours comes first, as with plain `next start`.
import { pool } from "../lib/db";
import { givenEnv } from "../lib/env";
import { addressOf, passwordBox } from "../lib/first-start/announce";
import { checkEnvironment } from "../lib/first-start/check-environment";
import { prepare } from "../lib/first-start/prepare";
import { StartError } from "../lib/start-error";

async function bringUpToDate(): Promise<void> {
  const { embedded, admin, applied } = await prepare(await checkEnvironment(), () => {});
  try {
    const count = applied.length === 1 ? "1 migration" : `${applied.length} migrations`;
    console.log(applied.length > 0 ? `${count} applied: ${applied.join(", ")}` : "The database is up to date.");
    const { PUBLIC_URL, HOST, PORT } = givenEnv();
    const address = addressOf({ publicUrl: PUBLIC_URL, host: HOST, port: PORT });
    if (admin?.password) console.log(passwordBox(admin, address));
  } finally {
    await pool().end();
    await embedded?.stop();
  }
}

try {
  const [strange] = process.argv.slice(2);
  if (strange !== undefined) throw new StartError(`${strange} means nothing here. Usage: npm run migrate`);
  await bringUpToDate();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  // Idle connections would keep it for half a minute.
  process.exit(1);
}
