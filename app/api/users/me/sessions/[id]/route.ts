import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { endOwnSession } from "@/lib/users/own-sessions";

export const DELETE = endpoint({
  summary: "End one of your sessions",
  allow: "profile:write",
  params: z.object({ id: z.uuid() }),
  status: 204,
  run: ({ actor, params }) => endOwnSession(actor, params),
});
