"use client";
import { useMemo, useRef } from "react";
import { useServerSample } from "@/components/live/use-monitoring-web-socket";
import { usePaused } from "../charts/board";
import { newer, type Probes } from "./newest";

/** The newest values of a server: what the page was made with, or what the live connection brought since it went on. */
export function useLatest(server: string, initial: Probes): Probes {
  const newest = useServerSample(server);
  const shown = useRef(newest);
  if (!usePaused()) shown.current = newest;
  const sample = shown.current;
  return useMemo(() => newer(initial, sample?.probes ?? {}), [initial, sample]);
}
