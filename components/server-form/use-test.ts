import { useEffect, useRef, useState } from "react";
import { askTest, type TestAnswer, type Tests } from "./ask-test";

interface Done<Kind extends keyof Tests> {
  answer: TestAnswer<Kind>;
  /** What was typed when it was asked. */
  of: string;
  /** ISO 8601. */
  at: string;
}

export interface ConnectionTest<Kind extends keyof Tests> {
  running: boolean;
  done: Done<Kind> | null;
  /** The fields are others than those that were tested. */
  stale: boolean;
  run(): void;
  /** Stops waiting; what was known before stands. */
  abandon(): void;
  forget(): void;
}

interface Tried {
  of: string | null;
  changes: object;
}

/**
 * A test of what is typed. Its result belongs to what was typed when it was asked, however late it comes.
 * @param shown what the test depends on, as one text
 */
export function useTest<Kind extends keyof Tests>(kind: Kind, tried: Tried, shown: string): ConnectionTest<Kind> {
  const [done, setDone] = useState<Done<Kind> | null>(null);
  const [running, setRunning] = useState(false);
  const controller = useRef<AbortController | null>(null);
  useEffect(() => () => controller.current?.abort(), []);

  const abandon = () => {
    controller.current?.abort();
    setRunning(false);
  };
  const run = () => {
    controller.current?.abort();
    const mine = new AbortController();
    controller.current = mine;
    setRunning(true);
    const failed = (): TestAnswer<Kind> => ({ ok: false, code: "internal", fields: [] });
    void askTest(kind, tried, mine.signal)
      .catch(failed)
      .then((answer) => {
        if (mine.signal.aborted) return;
        setDone({ answer, of: shown, at: new Date().toISOString() });
        setRunning(false);
      });
  };
  const forget = () => {
    abandon();
    setDone(null);
  };
  return { running, done, stale: done !== null && done.of !== shown, run, abandon, forget };
}
