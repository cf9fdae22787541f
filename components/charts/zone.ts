// The wall clock of a time zone, so that axis labels and typed times follow the viewer's days and hours.

export interface ZoneClock {
  /** The wall clock at a time, written as if it were UTC. Seconds since the epoch, both ways. */
  local(time: number): number;
  /** The time at which the wall clock shows this; inside a skipped hour, the moment after it. */
  utc(local: number): number;
}

/** Clocks are put forward and back only at full quarters of an hour. */
const QUARTER_SECONDS = 900;
const MOST_KEPT = 2_000;

const clocks = new Map<string, ZoneClock>();

/** @param timeZone IANA name */
export function zoneClock(timeZone: string): ZoneClock {
  const clock = clocks.get(timeZone) ?? newClock(timeZone);
  clocks.set(timeZone, clock);
  return clock;
}

function newClock(timeZone: string): ZoneClock {
  const numeric = "numeric";
  const day = { year: numeric, month: numeric, day: numeric } as const;
  const time = { hour: numeric, minute: numeric, second: numeric, hourCycle: "h23" } as const;
  const parts = new Intl.DateTimeFormat("en-US", { timeZone, ...day, ...time });
  const asked = (at: number): number => {
    const found: Record<string, number> = {};
    for (const { type, value } of parts.formatToParts(at * 1000)) found[type] = Number(value);
    const { year = 1970, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = found;
    return Date.UTC(year, month - 1, day, hour, minute, second) / 1000;
  };
  // Asking is slow, and a live axis asks every second.
  const offsets = new Map<number, number>();
  const local = (at: number): number => {
    const quarter = Math.floor(at / QUARTER_SECONDS);
    let offset = offsets.get(quarter);
    if (offset === undefined) {
      if (offsets.size >= MOST_KEPT) offsets.clear();
      offset = asked(quarter * QUARTER_SECONDS) - quarter * QUARTER_SECONDS;
      offsets.set(quarter, offset);
    }
    return at + offset;
  };
  const utc = (wall: number): number => {
    const guess = wall - (local(wall) - wall);
    return wall - (local(guess) - guess);
  };
  return { local, utc };
}
