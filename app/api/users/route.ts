import type { z } from "zod";
import { toCsv } from "@/lib/csv";
import { csvResponse, listFormatSchema } from "@/lib/http/csv";
import { endpoint } from "@/lib/http/endpoint";
import { createUser } from "@/lib/users/mutations";
import { listUsers } from "@/lib/users/queries";
import { createdUserSchema, createUserSchema, userListQuerySchema, userListSchema } from "@/lib/users/schema";

const COLUMNS = [
  ...["id", "login", "email", "role", "status", "second_factor", "must_change_password", "sessions"],
  ...["last_login", "created_at", "decided_at", "decided_by", "rejection_reason"],
];
/** More users than any installation has. */
const ALL = 100_000;

export const GET = endpoint({
  summary: "Users, with filters, order and paging",
  allow: "users:manage",
  query: userListQuerySchema.extend({ format: listFormatSchema }),
  response: userListSchema,
  async run({ actor, query: { format, ...query } }): Promise<z.input<typeof userListSchema> | Response> {
    if (format === "json") return listUsers(actor, query);
    const { items } = await listUsers(actor, { ...query, limit: query.limit ?? ALL });
    return csvResponse("users", toCsv(COLUMNS, items));
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
