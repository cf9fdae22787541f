import { endpoint } from "@/lib/http/endpoint";
import { endSessions } from "@/lib/users/mutations";
import { userParamsSchema, userSchema } from "@/lib/users/schema";

export const DELETE = endpoint({
  summary: "Sign a user out everywhere",
  description: "Browsers and API clients alike; API tokens stay. Your own session goes on.",
  allow: "users:manage",
  params: userParamsSchema,
  response: userSchema,
  run: ({ actor, params: { login } }) => endSessions(actor, login),
});
