import { endpoint } from "@/lib/http/endpoint";
import { blockUser } from "@/lib/users/mutations";
import { userParamsSchema, userSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Block an active user; all sessions end at once",
  allow: "users:manage",
  params: userParamsSchema,
  response: userSchema,
  refusals: [409],
  run: ({ actor, params: { login } }) => blockUser(actor, login),
});
