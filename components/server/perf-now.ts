// What perf counted last, as the tiles of the Host tab show it. Pure.
import { asNumber, fieldOf, numberAt } from "./locate";
import { type Probes, unavailableReason } from "./newest";

/** Ratios of two events, then single events. */
export const PERF_TILES = [
  { name: "ipc", kind: "ratio", of: ["instructions", "cycles"] },
  { name: "branch_miss_percent", kind: "percent", of: ["branch-misses", "branches"] },
  { name: "l1d_miss_percent", kind: "percent", of: ["L1-dcache-load-misses", "L1-dcache-loads"] },
  { name: "llc_miss_percent", kind: "percent", of: ["LLC-load-misses", "LLC-loads"] },
  { name: "dtlb_miss_percent", kind: "percent", of: ["dTLB-load-misses", "dTLB-loads"] },
  { name: "itlb_miss_percent", kind: "percent", of: ["iTLB-load-misses", "iTLB-loads"] },
  { name: "context_switches", kind: "rate", of: ["context-switches"] },
  { name: "cpu_migrations", kind: "rate", of: ["cpu-migrations"] },
  { name: "page_faults", kind: "rate", of: ["page-faults"] },
] as const;
type PerfTile = (typeof PERF_TILES)[number];

export interface PerfValue {
  name: PerfTile["name"];
  kind: PerfTile["kind"];
  value: number | null;
  /** Why there is no value. */
  reason: string | undefined;
  /** Percent of the time for which the events were really counted: the least. */
  confidence: number | null;
}

export interface PerfNow {
  /** As configured: `all`, or `0-3,5`. */
  cores: string;
  intervalSeconds: number | null;
  tiles: PerfValue[];
  trouble: { code: string; message: string; remedy: string | null } | null;
}

/** null: nobody counts on this machine. */
export function perfNow(probes: Probes): PerfNow | null {
  const data = probes.perf_events?.data;
  if (data === undefined) return null;
  const interval = asNumber(fieldOf(data, "interval_ms"));
  return {
    cores: text(fieldOf(data, "cpu_cores")) ?? "all",
    intervalSeconds: interval === null ? null : interval / 1000,
    tiles: PERF_TILES.map((tile) => tileOf(probes, tile)),
    trouble: troubleIn(data),
  };
}

function tileOf(probes: Probes, { name, kind, of }: PerfTile): PerfValue {
  const data = probes.perf_events?.data;
  const place = kind === "rate" ? ["events", of[0], "per_sec"] : ["derived", name];
  const branch = kind === "rate" ? `events.${of[0]}` : `derived.${name}`;
  const shares = of.map((event) => numberAt(data, ["events", event, "confidence"])).filter((share) => share !== null);
  return {
    ...{ name, kind, value: numberAt(data, place) },
    reason: unavailableReason(probes, "perf_events", branch) ?? unavailableReason(probes, "perf_events", "events"),
    confidence: shares.length === of.length ? Math.min(...shares) : null,
  };
}

function troubleIn(data: unknown): PerfNow["trouble"] {
  const trouble = fieldOf(data, "trouble");
  const [code, message] = [text(fieldOf(trouble, "code")), text(fieldOf(trouble, "message"))];
  return code === null || message === null ? null : { code, message, remedy: text(fieldOf(trouble, "remedy")) };
}

const text = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
