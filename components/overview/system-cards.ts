// What the five cards show, as data.
import { Cpu, Gauge, HardDrive, type LucideIcon, MemoryStick, Plug } from "lucide-react";
import type { SystemMetric } from "@/lib/health/schema";
import type { Unit } from "@/lib/probe";

export interface SystemCard {
  metric: SystemMetric;
  icon: LucideIcon;
  unit: Unit;
  /** The comparison beside the value. */
  note: "average" | "change" | "free" | "share";
  /** Upper end of the line's scale; without it the values decide, `limit` is what the metric is counted against. */
  max?: number | "limit";
}

export const SYSTEM_CARDS: readonly SystemCard[] = [
  { metric: "cpu_percent", icon: Cpu, unit: "percent", note: "average", max: 100 },
  { metric: "ram_percent", icon: MemoryStick, unit: "percent", note: "change", max: 100 },
  { metric: "disk_percent", icon: HardDrive, unit: "percent", note: "free", max: 100 },
  { metric: "latency_ms", icon: Gauge, unit: "ms", note: "average" },
  { metric: "db_connections", icon: Plug, unit: "count", note: "share", max: "limit" },
];
