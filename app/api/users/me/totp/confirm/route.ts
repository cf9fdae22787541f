import { endpoint } from "@/lib/http/endpoint";
import { confirmTotpSchema, recoveryCodesSchema } from "@/lib/users/profile-schema";
import { confirmTotp } from "@/lib/users/totp-enrolment";

export const POST = endpoint({
  summary: "Turn the second factor on with a first code of the app",
  description: "The answer holds the recovery codes, this once. Not open to API tokens.",
  allow: "session",
  body: confirmTotpSchema,
  response: recoveryCodesSchema,
  secretAnswer: true,
  refusals: [409],
  run: async ({ actor, body }) => ({ recovery_codes: await confirmTotp(actor, body) }),
});
