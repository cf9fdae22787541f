// Whether perf can count on this machine: the answer of /api/config/perf.
import { z } from "zod";
import type { Reason } from "../reasons";

export const perfTroubleSchema = z.object({
  code: z.enum([
    "starting",
    "not_linux",
    "files_only",
    "no_perf",
    "no_such_core",
    "no_permission",
    "no_pmu",
    "silent",
    "failed",
  ]),
  message: z.string(),
  /** The command that would help; null where no one command would. */
  remedy: z.string().nullable(),
});
export type PerfTrouble = z.infer<typeof perfTroubleSchema> & { message: Reason };

export const perfUsabilitySchema = z.object({
  /** Whether the settings want it. */
  enabled: z.boolean(),
  /** At least one event can be counted. */
  usable: z.boolean(),
  /** The program; null: not installed. */
  path: z.string().nullable(),
  /** kernel.perf_event_paranoid; null: not told. */
  perf_event_paranoid: z.int().nullable(),
  /** Why nothing can be counted, or, with `no_pmu`, no event of the processor. */
  trouble: perfTroubleSchema.nullable(),
  events: z.array(
    z.object({
      event: z.string(),
      available: z.boolean(),
      /** null: it is available. */
      reason: z.string().nullable(),
    }),
  ),
});
export type PerfUsability = z.infer<typeof perfUsabilitySchema>;
