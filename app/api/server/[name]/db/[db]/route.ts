import { z } from "zod";
import { databaseNow } from "@/lib/fleet/server-history";
import { databaseNowSchema, databaseOidSchema } from "@/lib/fleet/server-history-schema";
import { endpoint } from "@/lib/http/endpoint";

export const GET = endpoint({
  summary: "The newest values of a database",
  description:
    "Its name as one part of the path, percent-encoded: `a%2Fb`. A database that was dropped is told as it was last; of several that had the name in turn `oid` says which. With an `oid`, `-` stands for the name: no path takes `.` or `..` as a part.",
  allow: "servers:read",
  params: z.object({ name: z.string(), db: z.string() }),
  query: databaseOidSchema,
  response: databaseNowSchema,
  run: ({ actor, params: { name, db }, query: { oid } }) => databaseNow(actor, { server: name, database: db, oid }),
});
