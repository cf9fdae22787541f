import { exportAudit } from "@/lib/audit/mutations";
import { listAudit } from "@/lib/audit/queries";
import { auditItemSchema, auditPageSchema, auditQuerySchema } from "@/lib/audit/schema";
import { toCsv } from "@/lib/csv";
import { csvResponse, listFormatSchema } from "@/lib/http/csv";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "The audit log: who did what, the newest first",
  description:
    "`format=csv` gives the newest 10,000 entries of the filter whatever `limit` and `offset` are, and is itself an entry (`export`).",
  allow: "audit:read",
  query: auditQuerySchema.extend({ format: listFormatSchema }),
  response: auditPageSchema,
  async run({ actor, query: { format, ...query } }) {
    if (format === "json") return listAudit(actor, query);
    const { limit: _limit, offset: _offset, ...filter } = query;
    return csvResponse("audit", toCsv(Object.keys(auditItemSchema.shape), await exportAudit(actor, filter)));
  },
});
