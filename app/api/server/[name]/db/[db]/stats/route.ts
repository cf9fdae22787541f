import { z } from "zod";
import { databaseHistory } from "@/lib/fleet/server-history";
import { databaseHistorySchema, databaseOidSchema, historyDatesSchema } from "@/lib/fleet/server-history-schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Connections, size and commits of a database over a range",
  description:
    "Dates, rows and totals as those of the server's `stats`. `total_commits` and `commits` of a row are transactions that were committed in that time: rates times the time they tell of, so that neither a reset nor a gap makes any up; null where no rate is known. Beyond 15 days an hour counts for as long as its samples take at the interval of now.",
  allow: "servers:read",
  params: z.object({ name: z.string(), db: z.string() }),
  query: historyDatesSchema.extend(databaseOidSchema.shape),
  response: databaseHistorySchema,
  run: ({ actor, params: { name, db }, query, request }) =>
    databaseHistory(actor, { server: name, database: db, ...query, asker: request }),
});
