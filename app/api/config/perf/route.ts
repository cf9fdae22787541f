import { perfUsability } from "@/lib/fleet/perf";
import { perfUsabilitySchema } from "@/lib/host/perf-schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Whether perf can count here, event by event, and if not why",
  description:
    "Tried by counting for a moment on the configured cores, whether or not it is switched on; the answer is at most 10 seconds old. `trouble.remedy` is the command that would help.",
  allow: "config:read",
  response: perfUsabilitySchema,
  run: ({ actor }) => perfUsability(actor),
});
