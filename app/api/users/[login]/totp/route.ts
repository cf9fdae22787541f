import { endpoint } from "@/lib/http/endpoint";
import { resetSecondFactor } from "@/lib/users/mutations";
import { userParamsSchema, userSchema } from "@/lib/users/schema";

export const DELETE = endpoint({
  summary: "Take away a second factor that its owner has lost",
  allow: "users:manage",
  params: userParamsSchema,
  response: userSchema,
  refusals: [409],
  run: ({ actor, params: { login } }) => resetSecondFactor(actor, login),
});
