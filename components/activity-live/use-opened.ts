import { useCallback, useRef, useState } from "react";
import type { Ending, OnEnd } from "./ending";
import type { SessionRow } from "./rows";

/** Which dialog is open, and where the focus goes when it closes. The callbacks stay the same, so that rows are not drawn anew for them. */
export function useOpened(victimsOf: (pid: number) => number) {
  const opener = useRef<HTMLElement | null>(null);
  const [details, setDetails] = useState<SessionRow | null>(null);
  const [ending, setEnding] = useState<Ending | null>(null);
  const victims = useRef(victimsOf);
  victims.current = victimsOf;
  const onOpen = useCallback((row: SessionRow, from: HTMLElement) => {
    opener.current = from;
    setDetails(row);
  }, []);
  const onEnd: OnEnd = useCallback((row, verb, from) => {
    if (from) opener.current = from;
    setDetails(null);
    setEnding({ row, verb, victims: victims.current(row.pid) });
  }, []);
  const close = useCallback(() => {
    setDetails(null);
    setEnding(null);
  }, []);
  return { opener, details, ending, onOpen, onEnd, close };
}
