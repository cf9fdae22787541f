import { endpoint } from "@/lib/http/endpoint";
import { deleteUser, updateUser } from "@/lib/users/mutations";
import { readUser } from "@/lib/users/queries";
import { userChangesSchema, userParamsSchema, userSchema } from "@/lib/users/schema";
import { userResponse } from "./user-response";

const about = { allow: "users:manage", params: userParamsSchema } as const;

export const GET = endpoint({
  ...about,
  summary: "One user",
  description: "The `ETag` stands for login, e-mail, role and status; send it as `If-Match` with a change.",
  response: userSchema,
  run: async ({ actor, params: { login } }) => userResponse(await readUser(actor, login)),
});

const change = {
  ...about,
  description:
    "Any part of what was read, changed or not; what is read-only is passed over. A new role, status or password ends all sessions of the user. `status` active on an applicant is an approval. The last active administrator stays one, and nobody takes away their own role, status or password here (409).",
  body: userChangesSchema,
  response: userSchema,
  refusals: [409, 412],
} as const;

export const PUT = endpoint({
  ...change,
  summary: "Change a user",
  run: async ({ actor, params: { login }, body, request }) =>
    userResponse(await updateUser(actor, login, body, { ifMatch: request.headers.get("if-match") })),
});

export const PATCH = endpoint({
  ...change,
  summary: "Change a part of a user",
  run: async ({ actor, params: { login }, body, request }) =>
    userResponse(await updateUser(actor, login, body, { ifMatch: request.headers.get("if-match") })),
});

export const DELETE = endpoint({
  ...about,
  summary: "Delete a user with all sessions and tokens",
  refusals: [409, 412],
  run: ({ actor, params: { login }, request }) =>
    deleteUser(actor, login, { ifMatch: request.headers.get("if-match") }),
});
