// Everything a start does before Next, as a process of its own: `tsx core.ts`. One JSON line when it is ready.
import { env } from "../../lib/env";
import { checkEnvironment } from "../../lib/first-start/check-environment";
import { prepare } from "../../lib/first-start/prepare";
import { StartError } from "../../lib/start-error";

try {
  const { embedded, admin } = await prepare(await checkEnvironment(), (error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  });
  const stop = async () => {
    await embedded?.stop();
    process.exit(0);
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
  process.stdout.write(`${JSON.stringify({ ready: true, url: env().DATABASE_URL, admin })}\n`);
  setInterval(() => {}, 60_000);
} catch (error) {
  process.stderr.write(`${error instanceof StartError ? error.message : (error as Error).stack}\n`);
  process.exit(1);
}
