import { z } from "zod";
import { endpoint } from "@/lib/http/endpoint";
import { createToken, ownTokens } from "@/lib/users/own-tokens";
import { createdTokenSchema, newTokenSchema, tokenSchema } from "@/lib/users/profile-schema";

export const GET = endpoint({
  summary: "The own API tokens that were not revoked",
  description: "Not open to API tokens.",
  allow: "profile:write",
  response: z.object({ items: z.array(tokenSchema) }),
  run: async ({ actor }) => ({ items: await ownTokens(actor) }),
});

export const POST = endpoint({
  summary: "Make an API token",
  description: [
    "It may do what the role of its owner may at the time of use, within its scopes: `read` covers all that the role reads,",
    "`metrics:read`, `servers:write`, `streams:write` and `alerts:write` cover what they say and nothing else, `admin` all that",
    "the role may but the profile. No token opens its owner's profile: password, second factor, sessions, tokens.",
  ].join(" "),
  allow: "profile:write",
  body: newTokenSchema,
  response: createdTokenSchema,
  status: 201,
  secretAnswer: true,
  refusals: [409],
  run: ({ actor, body }) => createToken(actor, body),
});
