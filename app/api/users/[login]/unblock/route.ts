import { endpoint } from "@/lib/http/endpoint";
import { unblockUser } from "@/lib/users/mutations";
import { userParamsSchema, userSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Let a blocked user in again",
  allow: "users:manage",
  params: userParamsSchema,
  response: userSchema,
  refusals: [409],
  run: ({ actor, params: { login } }) => unblockUser(actor, login),
});
