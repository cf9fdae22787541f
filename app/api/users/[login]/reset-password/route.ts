import { endpoint } from "@/lib/http/endpoint";
import { resetPassword } from "@/lib/users/mutations";
import { oneTimePasswordSchema, userParamsSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Generate a one-time password, answered this once",
  description:
    "All sessions of the user end, and the next sign-in asks for a new password. Your own password is changed in your profile.",
  allow: "users:manage",
  params: userParamsSchema,
  response: oneTimePasswordSchema,
  refusals: [409],
  secretAnswer: true,
  run: ({ actor, params: { login } }) => resetPassword(actor, login),
});
