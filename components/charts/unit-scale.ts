// Chooses one unit for a whole chart, so that axis, legend and tooltip agree.
import { formatNumber } from "@/lib/format";
import type { Unit } from "@/lib/probe";

/** `bit/s` is shown only: it is stored as bytes per second. */
export type ChartUnit = Unit | "bit/s";

export interface ScaledUnit {
  /** Shown value = value × factor. */
  factor: number;
  /** English symbol (see `unitSymbol`); empty for plain counts. */
  symbol: string;
  /** How lines on the axis are chosen. */
  whole: boolean;
  binary: boolean;
}

const BYTES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const BITS = ["bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s"];
/** Seconds per unit, from the largest. */
const TIMES: readonly (readonly [seconds: number, symbol: string])[] = [
  [86_400, "d"],
  [3_600, "h"],
  [60, "min"],
  [1, "s"],
  [0.001, "ms"],
  [0.000_001, "µs"],
];
const PLAIN: Partial<Record<ChartUnit, string>> = { percent: "%", "1/s": "/s", celsius: "°C", count: "", boolean: "" };

/** @param top the highest value to be shown, in the stored unit (bytes per second for `bit/s`) */
export function scaledUnit(unit: ChartUnit, top: number): ScaledUnit {
  const scaled = { factor: 1, symbol: PLAIN[unit] ?? unit, whole: unit === "count", binary: false };
  if (unit === "ratio") return { ...scaled, factor: 100, symbol: "%" };
  if (unit === "bytes" || unit === "bytes/s" || unit === "KiB/s") {
    const size = unit === "KiB/s" ? 1024 : 1;
    const power = powerOf(1024, top * size, BYTES.length);
    return {
      ...scaled,
      factor: size * 1024 ** -power,
      symbol: `${BYTES[power]}${unit === "bytes" ? "" : "/s"}`,
      binary: true,
    };
  }
  if (unit === "bit/s") {
    const power = powerOf(1000, top * 8, BITS.length);
    return { ...scaled, factor: 8 * 1000 ** -power, symbol: BITS[power] ?? unit };
  }
  if (unit === "s") return { ...scaled, ...time(top, 1) };
  return unit === "ms" ? { ...scaled, ...time(top, 0.001) } : scaled;
}

const THOUSANDS = ["", "k", "M", "G", "T"];

/** Short enough for the gutter in every language: `2.5`, `3.2k`, `12k`. */
export function axisLabel(value: number, locale: string): string {
  const power = powerOf(1000, Math.abs(value), THOUSANDS.length);
  return `${formatNumber(value / 1000 ** power, locale, 3 - Math.min(2, power))}${THOUSANDS[power]}`;
}

const powerOf = (base: number, top: number, steps: number): number =>
  Math.max(0, Math.min(steps - 1, Math.floor(Math.log(Math.max(1, top)) / Math.log(base) + 1e-9)));

/** Larger units only from twice their size: 90 s reads better than 1.5 min. */
function time(top: number, secondsPerValue: number): { factor: number; symbol: string } {
  const seconds = top * secondsPerValue;
  const own: readonly [number, string] = [secondsPerValue, secondsPerValue === 1 ? "s" : "ms"];
  const [size, symbol] = seconds > 0 ? (TIMES.find(([size]) => seconds >= (size > 1 ? 2 * size : size)) ?? own) : own;
  return { factor: secondsPerValue / size, symbol };
}
