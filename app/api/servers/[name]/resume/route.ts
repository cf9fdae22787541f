import { z } from "zod";
import { AppError } from "@/lib/errors";
import { setServersEnabled } from "@/lib/fleet/mutations";
import { serverByName } from "@/lib/fleet/queries";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Ask a paused server again",
  description: "Doing it twice changes nothing. Answers with the server as it is now.",
  allow: "servers:write",
  params: z.object({ name: z.string() }),
  response: serverSummarySchema,
  async run({ actor, params: { name } }) {
    await setServersEnabled(actor, [name], true);
    const server = await serverByName(actor, name);
    if (!server) throw new AppError("not_found", "There is no server of that name.");
    return server;
  },
});
