"use client";
import dynamic from "next/dynamic";
import { useEffect, useState, useSyncExternalStore } from "react";
import { useSignOut } from "../shell/sign-out";
import { type SessionAnswer, type SessionView, SessionWatch } from "./session-watch";

// Almost nobody sees it: only they load it.
const SessionExpiryDialog = dynamic(
  () => import("./session-expiry-dialog").then((module) => module.SessionExpiryDialog),
  { ssr: false },
);

interface SessionExpiryProps {
  /** Seconds until the session ends, when the page was made. */
  secondsLeft: number;
  signOut(): Promise<{ ok: boolean }>;
}

/** Keeps the session while somebody uses the page, and warns before it ends. */
export function SessionExpiry({ secondsLeft, signOut }: SessionExpiryProps) {
  const [watch] = useState(() => new SessionWatch({ ask, extend, leave }, secondsLeft, Date.now()));
  const view = useSyncExternalStore(
    (listener) => watch.subscribe(listener),
    () => watch.view,
    (): SessionView => CLOSED,
  );
  const leaveNow = useSignOut(signOut);
  useEffect(() => follow(watch), [watch]);
  if (!view.open) return null;
  return (
    <SessionExpiryDialog view={view} onGoOn={() => void watch.goOn(Date.now())} onSignOut={() => void leaveNow()} />
  );
}

const CLOSED: SessionView = { open: false, secondsLeft: 0, final: false };

/** Ticks each second and when the page is shown again; tells of hands on keyboard, mouse and screen. */
function follow(watch: SessionWatch): () => void {
  const tick = () => void watch.tick(Date.now());
  const active = () => void watch.activity(Date.now());
  const shown = () => !document.hidden && tick();
  const timer = setInterval(tick, 1_000);
  const ended = new AbortController();
  const options = { passive: true, capture: true, signal: ended.signal };
  for (const type of ["pointerdown", "keydown", "wheel", "touchmove"]) window.addEventListener(type, active, options);
  document.addEventListener("visibilitychange", shown, options);
  return () => {
    clearInterval(timer);
    ended.abort();
  };
}

const ask = () => endFrom("/api/auth/me", "GET");
const extend = () => endFrom("/api/auth/extend", "POST");

async function endFrom(path: string, method: string): Promise<SessionAnswer> {
  try {
    const response = await fetch(path, { method, headers: { accept: "application/json" }, cache: "no-store" });
    if (response.status === 401) return "over";
    if (!response.ok) return "unknown";
    const { expires_in } = (await response.json()) as { expires_in: number | null };
    return expires_in ?? "unknown";
  } catch {
    return "unknown";
  }
}

/** A full load: nothing of the session stays in the page's memory, and the sign-in leads back here. */
function leave(): void {
  const { pathname, search } = window.location;
  window.location.assign(`/login?next=${encodeURIComponent(pathname + search)}`);
}
