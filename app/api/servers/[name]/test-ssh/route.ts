import { z } from "zod";
import { serverChangesSchema } from "@/lib/fleet/input-schema";
import { sshTestSchema } from "@/lib/fleet/test-schema";
import { testSsh } from "@/lib/fleet/tests";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Try out SSH to a server's machine",
  description:
    "As it is saved, or with the changes of the body. A stored secret is used only where saving those changes would keep it.",
  allow: "servers:write",
  params: z.object({ name: z.string() }),
  body: serverChangesSchema.optional(),
  response: sshTestSchema,
  run: ({ actor, params: { name }, body }) => testSsh(actor, { name, changes: body }),
});
