import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { cleanUp } from "@/lib/retention/mutations";
import { cleanupSchema } from "@/lib/retention/schema";

export const POST = endpoint({
  summary: "Reduce and delete old history now, by the present policy",
  description:
    "`dry_run=true` only counts what would go. While archiving is off nothing goes: all counts are 0. Refused with 409 while another clean-up runs.",
  allow: "settings:write",
  query: z.strictObject({ dry_run: z.stringbool({ error: "dry_run: true or false" }).default(false) }),
  response: cleanupSchema,
  refusals: [409],
  run: ({ actor, query }) => cleanUp(actor, { dryRun: query.dry_run }),
});
