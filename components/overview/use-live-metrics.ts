import { useEffect, useState } from "react";
import type { SystemMetrics } from "@/lib/health/schema";
import { useMonitoringWebSocket } from "../live/use-monitoring-web-socket";
import { extendHour, HOUR_POINTS, type Hour } from "./hour";

/** The newest metrics: those of the page, or what came in since. */
export function useLiveMetrics(initial: SystemMetrics): SystemMetrics {
  const { stats } = useMonitoringWebSocket();
  return stats && stats.system.timestamp > initial.timestamp ? stats.system : initial;
}

/** The page's hour, carried on with every reading. */
export function useLiveHour(initial: Hour, metrics: SystemMetrics): Hour {
  const [readings, setReadings] = useState<SystemMetrics[]>([]);
  useEffect(() => {
    setReadings((before) => [...before, metrics].slice(-HOUR_POINTS * 6));
  }, [metrics]);
  return extendHour(initial, readings);
}
