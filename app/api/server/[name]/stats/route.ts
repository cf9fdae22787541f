import { z } from "zod";
import { serverHistory } from "@/lib/fleet/server-history";
import { historyDatesSchema, serverHistorySchema } from "@/lib/fleet/server-history-schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "Connections and sizes of a server's databases over a range",
  description:
    "As clients of the earlier monitor ask: the last 7 days by default; dates are midnight, times without a zone UTC; `end_date` is not part of the range. Totals are of the newest sample, whatever the range and also while the server is down. Rows are samples up to 2 days, hours up to 14, 4 hours up to 90, else days; an answer holds at most 200,000 rows, and where samples would be more, `aggregation` names longer steps. A row has the size that was measured last, unless that is more than two measurements ago. `databases` holds those that were dropped as well; rows of one whose name another database has had since carry its `oid`.",
  allow: "servers:read",
  params: z.object({ name: z.string() }),
  query: historyDatesSchema,
  response: serverHistorySchema,
  refusals: [409],
  run: ({ actor, params: { name }, query, request }) =>
    serverHistory(actor, { server: name, ...query, asker: request }),
});
