import { z } from "zod";
import { clientOf } from "@/lib/http/client";
import { endpoint } from "@/lib/http/endpoint";
import { credentialsSchema } from "@/lib/users/schema";
import { SESSION_LIFETIME } from "@/lib/users/sessions";
import { openSession } from "@/lib/users/sign-in";

export const POST = endpoint({
  summary: "Exchange login and password for an access token",
  allow: "public",
  body: credentialsSchema,
  form: true,
  response: z.object({ access_token: z.string(), token_type: z.literal("bearer"), expires_in: z.int() }),
  async run({ body, request }) {
    const { secret } = await openSession(body, { kind: "bearer", client: clientOf(request.headers) });
    const expires_in = SESSION_LIFETIME.bearer.totalMs / 1_000;
    return { access_token: secret, token_type: "bearer" as const, expires_in };
  },
});
