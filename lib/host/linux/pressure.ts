// Pressure stall information of a Linux host.
import type { HostReader } from "../../probe";
import type { Reasons } from "../../reasons";
import {
  PRESSURE_KINDS,
  PRESSURE_RESOURCES,
  type PressureKind,
  type PressureReading,
  type StallReading,
} from "../readings";
import { noPressure } from "../unknown";

const NO_PSI = "this kernel tells no pressure: older than 4.20, built without PSI, or started with psi=0";
const NOT_TOLD = "not told by this kernel";
/** psi.rst: undefined for a whole machine, and set to zero for older programs. */
const UNDEFINED = "not defined for a whole machine";
const LINE = /^(some|full) avg10=(\d{1,3}\.\d\d) avg60=(\d{1,3}\.\d\d) avg300=(\d{1,3}\.\d\d) total=(\d{1,20})\n/gm;

type Stalls = Record<PressureKind, StallReading | null>;

export async function readPressure(host: HostReader): Promise<PressureReading> {
  const reading = noPressure(NO_PSI);
  const unavailable: Reasons = {};
  const texts = await Promise.all(PRESSURE_RESOURCES.map((resource) => host.text(`/proc/pressure/${resource}`)));
  let told = false;
  for (const [index, resource] of PRESSURE_RESOURCES.entries()) {
    const stalls = parseStalls(texts[index] ?? "");
    const idle = resource === "cpu" && stalls.full?.totalMicroseconds === 0;
    if (idle) stalls.full = null;
    reading.stalls[resource] = stalls;
    for (const kind of PRESSURE_KINDS) {
      if (stalls[kind]) told = true;
      else unavailable[`${resource}.${kind}`] = resource === "cpu" && kind === "full" ? UNDEFINED : NOT_TOLD;
    }
  }
  return told ? { ...reading, unavailable } : reading;
}

/** One file of /proc/pressure (psi.rst in the kernel's documentation); never throws, what is not plainly there is null. */
export function parseStalls(text: string): Stalls {
  const stalls: Stalls = { some: null, full: null };
  for (const [, kind, ...words] of text.matchAll(LINE)) {
    const [avg10 = 0, avg60 = 0, avg300 = 0, totalMicroseconds = 0] = words.map(Number);
    if (Math.max(avg10, avg60, avg300) > 100) continue;
    stalls[kind as PressureKind] = { avg10, avg60, avg300, totalMicroseconds };
  }
  return stalls;
}
