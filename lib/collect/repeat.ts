import { log } from "../log";

/**
 * Repeats `job` every `intervalMs` until stopped; a failing turn is logged once per change and never ends the row.
 * @returns the function that stops it, which resolves when the turn under way has ended
 */
export function repeat(name: string, intervalMs: number, job: () => Promise<unknown>): () => Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let failing = false;
  let stopped = false;
  const turn = async (): Promise<void> => {
    try {
      await job();
      if (failing) log.info({ job: name }, "works again");
      failing = false;
    } catch (error) {
      if (!failing) log.warn({ job: name, err: error }, "failed; it is tried again");
      failing = true;
    }
    if (stopped) return;
    timer = setTimeout(() => {
      last = turn();
    }, intervalMs);
  };
  let last = turn();
  return () => {
    stopped = true;
    clearTimeout(timer);
    return last;
  };
}
