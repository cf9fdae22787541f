import { postgresTrialSchema } from "@/lib/fleet/input-schema";
import { postgresTestSchema } from "@/lib/fleet/test-schema";
import { testPostgres } from "@/lib/fleet/tests";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Try out a connection to PostgreSQL before a server is saved",
  description:
    "Takes what registering takes; `host` and `user` must be there. A target that fails is an answer with `success` false. At most 30 tests a minute; each is noted in the audit log.",
  allow: "servers:write",
  body: postgresTrialSchema,
  response: postgresTestSchema,
  run: ({ actor, body }) => testPostgres(actor, { changes: body }),
});
