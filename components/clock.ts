"use client";
import { useSyncExternalStore } from "react";

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    for (const wake of listeners) wake();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The browser's time in whole seconds (as ms since the epoch), ticking; null on the server and while hydrating. */
export function useClock(): number | null {
  return useSyncExternalStore(
    subscribe,
    () => Math.floor(Date.now() / 1_000) * 1_000,
    () => null,
  );
}

const never = () => () => undefined;

/** The viewer's time zone: the one of the profile, else the browser's; UTC on the server and while hydrating. */
export function useTimeZone(): string {
  return useSyncExternalStore(
    never,
    () => document.documentElement.dataset.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => "UTC",
  );
}

/** False on the server and while hydrating: what only the browser knows may be shown once it is true. */
export function useHydrated(): boolean {
  return useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
}
