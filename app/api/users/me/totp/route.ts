import { endpoint } from "@/lib/http/endpoint";
import { beginTotpSchema, totpBegunSchema, totpStateSchema } from "@/lib/users/profile-schema";
import { beginTotp, readTotp } from "@/lib/users/totp-enrolment";

const PEOPLE_ONLY = "Open before a forced second factor, not to API tokens.";

export const GET = endpoint({
  summary: "How the own second factor stands",
  description: PEOPLE_ONLY,
  allow: "session",
  response: totpStateSchema,
  run: ({ actor }) => readTotp(actor),
});

export const POST = endpoint({
  summary: "Begin a second factor: a new key for an authenticator app",
  description: `It counts from its first code on, see confirm. ${PEOPLE_ONLY}`,
  allow: "session",
  body: beginTotpSchema,
  response: totpBegunSchema,
  status: 201,
  secretAnswer: true,
  refusals: [409],
  run: ({ actor, body }) => beginTotp(actor, body),
});
