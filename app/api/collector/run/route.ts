import { runNow } from "@/lib/collector/mutations";
import { runAcceptedSchema, runNowSchema } from "@/lib/collector/schema";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Ask a server, or one probe of it, now",
  description:
    "Answered at once: the result stands in GET /api/collector when `last_run_at` has changed. Refused with 409 while the server is paused.",
  allow: "servers:write",
  body: runNowSchema,
  response: runAcceptedSchema,
  status: 202,
  refusals: [404, 409],
  run: ({ actor, body }) => runNow(actor, body),
});
