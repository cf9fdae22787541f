// Work that comes again and again until it is stopped: one failure is logged and does not end it.
import { log } from "../log";

export interface Repeated {
  stop(): void;
}

/**
 * Runs `task` after pauses of `seconds`, each counted from the end of the run before, so that runs never overlap.
 * The timer does not keep the process alive.
 * @param seconds the pause, or a function that is asked for it before each pause; when that fails, 5 s
 */
export function repeat(seconds: number | (() => Promise<number>), task: () => Promise<void>): Repeated {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  const run = async () => {
    await task().catch((error) => log.warn({ err: error }, "live values could not be sent"));
    await wait();
  };
  const wait = async () => {
    const pause = typeof seconds === "number" ? seconds : await seconds().catch(() => 5);
    if (!stopped) timer = setTimeout(() => void run(), pause * 1000).unref();
  };
  void wait();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
