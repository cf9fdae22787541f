import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { acknowledge } from "@/lib/streams/commands";

export const POST = endpoint({
  summary: "Tell that a streamer has taken a command",
  description: "It is not given again. Doing it twice changes nothing. That the channel stopped is told by its event.",
  allow: "streams:write",
  params: z.object({ id: z.string(), command: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) }),
  run: ({ actor, params: { id, command } }) => acknowledge(actor, id, command),
});
