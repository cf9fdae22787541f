import { z } from "zod";
import { AppError } from "@/lib/errors";
import { endpoint } from "@/lib/http/endpoint";
import { standing } from "@/lib/live/sessions";
import { waitForCommands } from "@/lib/streams/commands";
import { commandSchema, waitSchema } from "@/lib/streams/commands-schema";
import { channelIdSchema } from "@/lib/streams/schema";

export const GET = endpoint({
  summary: "What a streamer is to do",
  description:
    "With `wait`, answers when there is a command, or with none after so many seconds. A command is given again until it is acknowledged: obey each id once.",
  allow: "streams:write",
  params: z.object({ id: channelIdSchema }),
  query: waitSchema,
  response: z.object({ commands: z.array(commandSchema) }),
  async run({ actor, params: { id }, query: { wait }, request: { signal } }) {
    const commands = await waitForCommands(actor, id, { waitSeconds: wait, signal });
    // The session or token may have ended while it waited.
    if (wait > 0 && !(await standing([{ actor }])).size) throw new AppError("unauthenticated", "Sign in again.");
    return { commands };
  },
});
