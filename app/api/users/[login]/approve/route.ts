import { endpoint } from "@/lib/http/endpoint";
import { approveUser } from "@/lib/users/mutations";
import { userParamsSchema, userSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Approve an applicant, in the role that the account has",
  description: "Also one who was rejected. Who is decided already is a conflict (409).",
  allow: "users:manage",
  params: userParamsSchema,
  response: userSchema,
  refusals: [409],
  run: ({ actor, params: { login } }) => approveUser(actor, login),
});
