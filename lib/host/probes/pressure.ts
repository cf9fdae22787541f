// How much time tasks lose waiting for processors, memory and disks (PSI).
import { defineProbe, type Reading, type Row } from "../../probe";
import { ratePerSecond, roundTo } from "../../rate";
import { firstSampleReasons, gauge, placed } from "../metric";
import { PRESSURE_KINDS, PRESSURE_RESOURCES, type PressureReading } from "../readings";
import { sourceOf } from "../sources";

const metrics = placed("{resource}.{kind}.", {
  avg10: gauge("percent", "Time in which tasks waited, as the kernel averages it over 10 seconds"),
  avg60: gauge("percent", "Time in which tasks waited, as the kernel averages it over 60 seconds"),
  avg300: gauge("percent", "Time in which tasks waited, as the kernel averages it over 5 minutes"),
  stall_percent: gauge("percent", "Time in which tasks waited, since the last sample"),
});

const FIRST = firstSampleReasons(["stall_percent"]);

export const pressure = defineProbe<PressureReading>({
  facet: "host",
  name: "pressure",
  interval: "sampling_interval_seconds",
  timeoutMs: 5000,
  labels: ["resource", "kind"],
  metrics,
  read: (host) => sourceOf(host).pressure(host),
  rows,
});

function rows(now: PressureReading, before: PressureReading | undefined, elapsedSeconds: number): Reading {
  const list = PRESSURE_RESOURCES.flatMap((resource) =>
    PRESSURE_KINDS.map((kind): Row => {
      const stall = now.stalls[resource][kind];
      const earlier = before?.stalls[resource][kind];
      const lost = ratePerSecond(stall?.totalMicroseconds, earlier?.totalMicroseconds, elapsedSeconds);
      return {
        labels: { resource, kind },
        values: {
          avg10: stall?.avg10 ?? null,
          avg60: stall?.avg60 ?? null,
          avg300: stall?.avg300 ?? null,
          // The two clocks differ a little: what always waits must not show 100.3 %.
          stall_percent: lost === null ? null : Math.min(100, roundTo(lost / 10_000, 2)),
        },
      };
    }),
  );
  const exposed = PRESSURE_RESOURCES.flatMap((resource) =>
    PRESSURE_KINDS.map((kind): Row => {
      const microseconds = now.stalls[resource][kind]?.totalMicroseconds;
      return {
        labels: { resource, kind },
        values: { seconds: microseconds === undefined ? null : microseconds / 1e6 },
      };
    }),
  );
  return { rows: list, unavailable: before ? now.unavailable : { ...FIRST, ...now.unavailable }, exposed };
}
