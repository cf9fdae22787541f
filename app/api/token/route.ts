import { endpoint } from "@/lib/http/endpoint";
import { credentialsSchema } from "@/lib/users/schema";
import { signInClient } from "./sign-in";
import { tokenSchema } from "./token-response";

export const POST = endpoint({
  summary: "Exchange login and password for an access token",
  description:
    "The token holds for an hour. A cookie `refresh_token` comes with it, with which POST /api/refresh gives the next one. " +
    "Where a second factor is set up, send `otp` too: without it the answer is 401 with the code `otp_required`.",
  allow: "public",
  body: credentialsSchema,
  form: true,
  secretAnswer: true,
  response: tokenSchema,
  run: ({ body, request }) => signInClient(body, request),
});
