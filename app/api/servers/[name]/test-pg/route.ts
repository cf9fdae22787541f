import { z } from "zod";
import { serverChangesSchema } from "@/lib/fleet/input-schema";
import { postgresTestSchema } from "@/lib/fleet/test-schema";
import { testPostgres } from "@/lib/fleet/tests";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Try out a server's connection to PostgreSQL",
  description:
    "As it is saved, or with the changes of the body. A stored secret is used only where saving those changes would keep it.",
  allow: "servers:write",
  params: z.object({ name: z.string() }),
  body: serverChangesSchema.optional(),
  response: postgresTestSchema,
  run: ({ actor, params: { name }, body }) => testPostgres(actor, { name, changes: body }),
});
