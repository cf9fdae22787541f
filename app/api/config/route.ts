import { endpoint } from "@/lib/http/endpoint";
import { readConfig } from "@/lib/retention/queries";
import { configChangesSchema, configSchema } from "@/lib/retention/schema";
import { updateSettings } from "@/lib/settings/mutations";

export const GET = endpoint({
  summary: "How machines are sampled and for how long they are remembered",
  allow: "config:read",
  response: configSchema,
  run: ({ actor }) => readConfig(actor),
});

export const PUT = endpoint({
  summary: "Change any part of the configuration; it is in force at once",
  description: "A key that is left out stays as it is. `app_version` may be sent back and is passed over.",
  allow: "settings:write",
  body: configChangesSchema,
  response: configSchema,
  async run({ actor, body: { app_version: _, ...changes } }) {
    await updateSettings(actor, changes);
    return readConfig(actor);
  },
});
