import { useEffect, useRef, useState } from "react";
import type { LogEntry, Logs } from "@/lib/syslog/schema";
import { type LogQuery, logParameters, withNewer } from "./log-query";

/** Quick enough to follow, and two cheap look-ups by key for the server. */
const PAUSE_MS = 2_000;
const AT_ONCE = 200;

export type TailState = "live" | "off" | "late" | "refused";

async function ask(query: LogQuery, cursor: number): Promise<Logs | "refused" | null> {
  const parameters = logParameters({ ...query, before: null });
  parameters.set("after", String(cursor));
  parameters.set("limit", String(AT_ONCE));
  try {
    const response = await fetch(`/api/logs?${parameters}`, {
      headers: { accept: "application/json" },
      signal: AbortSignal.timeout(10_000),
    });
    if (response.ok) return (await response.json()) as Logs;
    return response.status === 401 || response.status === 403 ? "refused" : null;
  } catch {
    // Offline, or the server restarts: the next turn comes by itself.
    return null;
  }
}

/**
 * Follows the log from `initial` on, while it is on and somebody sees the page. It asks for what came since the cursor of
 * the answer before; the cursor lies 10 s back, so entries that were written late are not missed.
 */
export function useLogTail(initial: Logs, query: LogQuery, on: boolean): { rows: LogEntry[]; state: TailState } {
  const [rows, setRows] = useState(initial.items);
  const [state, setState] = useState<TailState>("live");
  const cursor = useRef(initial.cursor);

  useEffect(() => {
    if (!on) return;
    let gone = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async () => {
      timer = undefined;
      const answer = document.hidden ? undefined : await ask(query, cursor.current);
      if (gone) return;
      if (answer === "refused") return setState("refused");
      if (answer !== undefined) setState(answer ? "live" : "late");
      if (answer) {
        cursor.current = answer.cursor;
        const complete = answer.items.length < AT_ONCE;
        setRows((known) => withNewer(known, answer.items, complete));
      }
      timer = setTimeout(() => void turn(), PAUSE_MS);
    };
    const onVisible = () => {
      if (document.hidden || timer === undefined) return;
      clearTimeout(timer);
      void turn();
    };
    void turn();
    document.addEventListener("visibilitychange", onVisible);
    return () => {
      gone = true;
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", onVisible);
    };
  }, [on, query]);
  return { rows, state: on ? state : "off" };
}
