import type { z } from "zod";
import { toCsv } from "@/lib/csv";
import { csvResponse, listFormatSchema } from "@/lib/http/csv";
import { endpoint } from "@/lib/http/endpoint";
import { exportUsers } from "@/lib/users/export";
import { createUser } from "@/lib/users/mutations";
import { listUsers } from "@/lib/users/queries";
import { createdUserSchema, createUserSchema, userListQuerySchema, userListSchema } from "@/lib/users/schema";

const COLUMNS = [
  ...["id", "login", "email", "role", "status", "second_factor", "must_change_password", "sessions"],
  ...["last_login", "created_at", "decided_at", "decided_by", "rejection_reason"],
];

export const GET = endpoint({
  summary: "Users, with filters, order and paging",
  description:
    "`format=csv` gives them as a file, all unless `limit` is given, and is an entry of the audit log (`export`).",
  allow: "users:manage",
  query: userListQuerySchema.extend({ format: listFormatSchema }),
  response: userListSchema,
  async run({ actor, query: { format, ...query } }): Promise<z.input<typeof userListSchema> | Response> {
    if (format === "json") return listUsers(actor, query);
    return csvResponse("users", toCsv(COLUMNS, await exportUsers(actor, query)));
  },
});

export const POST = endpoint({
  summary: "Create a user",
  description:
    "Takes `login`, or `username` from older clients. Without a password one is generated for a single sign-in and answered this once. A login or an e-mail that differs from another user's in case only is taken.",
  allow: "users:manage",
  body: createUserSchema,
  response: createdUserSchema,
  status: 201,
  refusals: [409],
  secretAnswer: true,
  run: ({ actor, body }) => createUser(actor, body),
});
