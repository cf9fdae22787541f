"use client";
import { useMemo } from "react";
import { useServerSample } from "@/components/live/use-monitoring-web-socket";
import { newer, type Probes } from "./newest";

/** The newest values of a server: what the page was made with, or what the live connection brought since. */
export function useLatest(server: string, initial: Probes): Probes {
  const sample = useServerSample(server);
  return useMemo(() => newer(initial, sample?.probes ?? {}), [initial, sample]);
}
