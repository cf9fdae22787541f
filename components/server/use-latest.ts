"use client";
import { useEffect, useState } from "react";
import { useServerSample } from "@/components/live/use-monitoring-web-socket";
import type { Probes } from "./newest";

/** The newest values of a server: what the page was made with, then what the live connection brings. */
export function useLatest(server: string, initial: Probes): Probes {
  const sample = useServerSample(server);
  const [latest, setLatest] = useState(initial);
  useEffect(() => setLatest(initial), [initial]);
  useEffect(() => {
    if (sample) setLatest((before) => ({ ...before, ...sample.probes }));
  }, [sample]);
  return latest;
}
