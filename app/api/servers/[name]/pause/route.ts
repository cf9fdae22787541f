import { z } from "zod";
import { AppError } from "@/lib/errors";
import { setServersEnabled } from "@/lib/fleet/mutations";
import { serverByName } from "@/lib/fleet/queries";
import { serverSummarySchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";

export const POST = endpoint({
  summary: "Leave a server alone: it is not contacted any more and shows as paused",
  description: "Doing it twice changes nothing. Answers with the server as it is now.",
  allow: "servers:write",
  params: z.object({ name: z.string() }),
  response: serverSummarySchema,
  async run({ actor, params: { name } }) {
    await setServersEnabled(actor, [name], false);
    const server = await serverByName(actor, name);
    if (!server) throw new AppError("not_found", "There is no server of that name.");
    return server;
  },
});
