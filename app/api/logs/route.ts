import { toCsv } from "@/lib/csv";
import { csvResponse, listFormatSchema } from "@/lib/http/csv";
import { endpoint } from "@/lib/http/endpoint";
import { exportLogs, listLogs } from "@/lib/syslog/queries";
import { logEntrySchema, logsFilterSchema, logsSchema } from "@/lib/syslog/schema";

export const GET = endpoint({
  summary: "The system log: what Dozor itself did and met, the newest first",
  description:
    "Follow it with `after=<cursor>`: entries that were there already come again and are told by their id. `format=csv` gives up to 10,000 entries, and is an entry of the audit log (`export`).",
  allow: "logs:read",
  query: logsFilterSchema.extend({ format: listFormatSchema }),
  response: logsSchema,
  async run({ actor, query: { format, ...filter } }) {
    if (format === "json") return listLogs(actor, filter);
    return csvResponse("logs", toCsv(Object.keys(logEntrySchema.shape), await exportLogs(actor, filter)));
  },
});
