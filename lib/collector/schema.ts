// How collecting goes, as people and API clients see it.
import { z } from "zod";
import { serverStatusSchema } from "../fleet/schema";

const moment = z.iso.datetime().nullable();

export const PROBE_OUTCOMES = ["failed", "nothing", "ok"] as const;
export type ProbeOutcome = (typeof PROBE_OUTCOMES)[number];

export const probeRunsSchema = z.object({
  probe: z.string(),
  facet: z.enum(["host", "postgres", "storage", "cost", "self"]),
  interval_seconds: z.number(),
  last_run_at: moment,
  duration_ms: z.number().nullable(),
  outcome: z.enum(PROBE_OUTCOMES).nullable().describe("nothing: asked in vain for a good reason, see message"),
  code: z.string().nullable().describe("Why it failed"),
  message: z.string().nullable(),
  last_success_at: moment,
  failures: z.int().describe("In a row; pauses grow with them"),
  failures_last_hour: z.int(),
  skipped: z.int().describe("Turns that came while the probe still ran, since the collector began to ask it"),
  next_run_at: moment.describe("Null while paused"),
});
export type ProbeRuns = z.infer<typeof probeRunsSchema>;

export const collectedServerSchema = z.object({
  /** 1 is Dozor itself. */
  id: z.int(),
  name: z.string(),
  enabled: z.boolean(),
  status: serverStatusSchema.nullable().describe("Null for Dozor itself"),
  reason: z.string().nullable(),
  instance: z.string().nullable().describe("The instance that asks it now"),
  probes: z.array(probeRunsSchema),
});
export type CollectedServer = z.infer<typeof collectedServerSchema>;

export const collectorSchema = z.object({
  servers: z.array(collectedServerSchema).describe("The worst first; Dozor itself is the last"),
  instances: z.array(
    z.object({
      name: z.string().describe("Host, process, and the beginning of its id"),
      servers: z.int(),
      duties: z.array(z.enum(["history", "maintenance"])).describe("Work that only one instance does"),
    }),
  ),
  samples: z.object({
    measured_at: moment,
    waiting: z.number().nullable().describe("Collected, and not yet taken by the database"),
    dropped: z.number().nullable().describe("Lost since the process started"),
  }),
  history: z.object({
    oldest_unsealed_at: moment,
    last_cleanup_at: moment,
    last_maintenance_at: moment,
  }),
  timestamp: z.iso.datetime(),
});
export type Collector = z.infer<typeof collectorSchema>;

/** @see runNow */
export const runNowSchema = z.object({
  server: z.string().min(1).max(64).describe("Its name; `dozor` is Dozor itself"),
  probe: z.string().min(1).max(64).optional().describe("All of the server's without one"),
});
export type RunNow = z.output<typeof runNowSchema>;

export const runAcceptedSchema = z.object({
  server: z.string(),
  probes: z
    .array(z.string())
    .describe("Those that will be asked; what runs already, or ran within a second, is let be"),
});
export type RunAccepted = z.infer<typeof runAcceptedSchema>;
