// Starts the collector beside the pages: never awaited, so that no page waits for it, and never throwing.
import { env } from "../env";
import { log } from "../log";
import { notePlainNext } from "../plain-next";
import { startCollector } from "./index";

// Shared with server.ts, which lives in another module graph of the same process.
const shared = globalThis as { dozorShutdown?: (() => Promise<void>)[]; dozorExclusive?: boolean };

const RETRY_MS = 2_000;

/**
 * Starts collecting, unless `ROLE=web` or cron says when; tries again every 2 seconds until our database answers.
 */
export function startInBackground(): void {
  notePlainNext();
  if (env().ROLE === "web" || env().CRON_SECRET !== undefined) return;
  const attempt = async (): Promise<void> => {
    try {
      const stop = await startCollector({ exclusive: shared.dozorExclusive === true });
      shared.dozorShutdown ??= [];
      shared.dozorShutdown.push(stop);
    } catch (error) {
      log.error({ err: error }, "the collector could not start; it tries again");
      setTimeout(attempt, RETRY_MS);
    }
  };
  void attempt();
}
