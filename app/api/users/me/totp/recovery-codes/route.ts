import { endpoint } from "@/lib/http/endpoint";
import { proveTotpSchema, recoveryCodesSchema } from "@/lib/users/profile-schema";
import { newRecoveryCodes } from "@/lib/users/totp-enrolment";

export const POST = endpoint({
  summary: "Make new recovery codes in the place of the old ones",
  description: "Not open to API tokens.",
  allow: "session",
  body: proveTotpSchema,
  response: recoveryCodesSchema,
  secretAnswer: true,
  refusals: [409],
  run: async ({ actor, body }) => ({ recovery_codes: await newRecoveryCodes(actor, body) }),
});
