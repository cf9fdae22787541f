import { endpoint } from "@/lib/http/endpoint";
import { readRetention } from "@/lib/retention/queries";
import { policyChangesOf, retentionChangesSchema, retentionSchema } from "@/lib/retention/schema";
import { updateSettings } from "@/lib/settings/mutations";

export const GET = endpoint({
  summary: "How long history is kept, and what of it is stored",
  description: "`current_data_size_mb` counts 1,048,576 bytes, indexes included.",
  allow: "config:read",
  response: retentionSchema,
  run: ({ actor }) => readRetention(actor),
});

export const PUT = endpoint({
  summary: "Change any part of the retention policy; the next clean-up keeps to it",
  description: "A key that is left out stays as it is. What is read-only may be sent back and is passed over.",
  allow: "settings:write",
  body: retentionChangesSchema,
  response: retentionSchema,
  async run({ actor, body }) {
    await updateSettings(actor, policyChangesOf(body));
    return readRetention(actor);
  },
});
