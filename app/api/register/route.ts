import { z } from "zod";
import { clientOf } from "@/lib/http/client";
import { endpoint } from "@/lib/http/endpoint";
import { register } from "@/lib/users/registration";
import { registrationSchema } from "@/lib/users/schema";

export const POST = endpoint({
  summary: "Ask for an account",
  description:
    "Open where the setting `registration_enabled` is on (else 403); an administrator approves or rejects. The answer is the same for a login or e-mail that is taken; what became of a request is told at sign-in, to whoever knows its password. Three requests an hour per address.",
  allow: "public",
  body: registrationSchema,
  response: z.object({ status: z.literal("pending") }),
  status: 202,
  run: ({ body, request }) => register(body, clientOf(request.headers)),
});
