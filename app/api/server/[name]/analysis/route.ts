import { z } from "zod";
import { toCsv } from "@/lib/csv";
import { analyse } from "@/lib/fleet/analysis";
import { analysisSchema, type DatabaseVerdict } from "@/lib/fleet/analysis-schema";
import { csvResponse, listFormatSchema } from "@/lib/http/csv";
import { endpoint } from "@/lib/http/endpoint";

const COLUMNS = [
  "name",
  "verdict",
  "explanation",
  "estimate",
  "connections",
  "average_connections",
  "size_bytes",
  "last_used_at",
  "history_since",
  "owner",
  "created_at",
  "oid",
] as const satisfies readonly (keyof DatabaseVerdict)[];

/** Without it spreadsheets take UTF-8 for the encoding of their system. */
const BYTE_ORDER_MARK = "\uFEFF";

export const GET = endpoint({
  summary: "Which databases of a server are used, and which are not",
  description:
    "Judged over the stored history, never over a chosen period, and at most a minute old. Of the verdicts `insufficient`, `static`, `inactive`, `low` and `active` the first that fits is given, with its reason. `format=csv` gives the databases as a file.",
  allow: "servers:read",
  params: z.object({ name: z.string() }),
  query: z.object({ format: listFormatSchema }),
  response: analysisSchema,
  refusals: [409],
  async run({ actor, params, query: { format } }) {
    const found = await analyse(actor, params.name);
    if (format === "json") return found;
    return csvResponse("databases", BYTE_ORDER_MARK + toCsv(COLUMNS, found.databases));
  },
});
