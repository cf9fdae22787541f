import { endpoint } from "@/lib/http/endpoint";
import { credentialsSchema } from "@/lib/users/schema";
import { signInClient } from "../../token/sign-in";
import { tokenSchema } from "../../token/token-response";

export const POST = endpoint({
  summary: "The same as POST /api/token, for older clients",
  allow: "public",
  body: credentialsSchema,
  secretAnswer: true,
  response: tokenSchema,
  run: ({ body, request }) => signInClient(body, request),
});
