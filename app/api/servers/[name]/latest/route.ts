import { z } from "zod";
import { AppError } from "@/lib/errors";
import { latestOf, serverByName } from "@/lib/fleet/queries";
import { serverLatestSchema } from "@/lib/fleet/schema";
import { endpoint } from "@/lib/http/endpoint";
import { renewWatch } from "@/lib/live/watch";

/** How often a facet is asked while somebody polls this address. */
const WATCHED_INTERVAL_SECONDS = { host: 1, postgres: 5 } as const;

export const GET = endpoint({
  summary: "The newest values of every probe of a server",
  description: "With `watch`, the facet is asked more often for the next 10 seconds: poll again within that time.",
  allow: "servers:read",
  params: z.object({ name: z.string() }),
  query: z.object({ watch: z.enum(["host", "postgres"]).optional() }),
  response: serverLatestSchema,
  async run({ actor, params, query }) {
    const server = await serverByName(actor, params.name);
    if (!server) throw new AppError("not_found", "There is no server of that name.");
    if (query.watch && server.enabled) {
      await renewWatch(server.id, query.watch, WATCHED_INTERVAL_SECONDS[query.watch]);
    }
    return { server, probes: await latestOf(actor, server) };
  },
});
