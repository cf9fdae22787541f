import { useEffect, useReducer, useRef } from "react";
import type { LiveSessions, SessionInterval } from "@/lib/fleet/sessions-schema";
import { type Answered, type Failure, type Feed, NOTHING, pauseMs, withAnswer, withFailure } from "./feed";

/** A first answer may take 3 s. */
const PATIENCE_MS = 10_000;
/** A page that is paused from the beginning asks once. */
const ONCE: SessionInterval = 10;

type Outcome = Answered | Failure;

async function ask(server: string, every: SessionInterval, signal: AbortSignal): Promise<Outcome> {
  try {
    const response = await fetch(`/api/live/sessions?${new URLSearchParams({ server, every: String(every) })}`, {
      headers: { accept: "application/json" },
      cache: "no-store",
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
    });
    if (response.status === 401 || response.status === 403) return "refused";
    if (response.status === 404) return "gone";
    if (response.status === 409) return "none";
    if (!response.ok) return "failed";
    const answer = (await response.json()) as LiveSessions;
    return { answer, now: Date.now(), sent: Date.parse(response.headers.get("date") ?? "") };
  } catch {
    // Offline, or Dozor restarts: the next turn comes by itself.
    return "failed";
  }
}

const step = (feed: Feed, outcome: Outcome): Feed =>
  typeof outcome === "string" ? withFailure(feed, outcome) : withAnswer(feed, outcome);

/**
 * The sessions of a server, asked for every so many seconds while somebody sees the page: one question at a time, with longer
 * and longer pauses while they fail. @param every seconds; 0 asks for nothing more than a first answer
 */
export function useSessions(server: string, every: SessionInterval | 0): Feed {
  const [feed, tell] = useReducer(step, NOTHING);
  const answered = useRef(false);

  useEffect(() => {
    if (every === 0 && answered.current) return;
    const left = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let busy = false;
    let failures = 0;
    const turn = async () => {
      clearTimeout(timer);
      // Nobody looks: it is asked as soon as somebody does.
      if (busy || document.hidden || left.signal.aborted) return;
      busy = true;
      const began = performance.now();
      const outcome = await ask(server, every || ONCE, left.signal);
      busy = false;
      if (left.signal.aborted) return;
      tell(outcome);
      const failed = typeof outcome === "string";
      failures = failed ? failures + 1 : 0;
      answered.current ||= !failed;
      if (failed ? outcome !== "failed" : every === 0) return left.abort();
      const spent = performance.now() - began;
      timer = setTimeout(() => void turn(), Math.max(0, pauseMs(every || ONCE, failures) - spent));
    };
    const look = () => void turn();
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      left.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [server, every]);
  return feed;
}
