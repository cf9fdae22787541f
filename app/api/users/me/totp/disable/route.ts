import { endpoint } from "@/lib/http/endpoint";
import { proveTotpSchema } from "@/lib/users/profile-schema";
import { disableTotp } from "@/lib/users/totp-enrolment";

export const POST = endpoint({
  summary: "Take the own second factor away",
  description: "Where the settings ask for one, a new one has to be set up next. Not open to API tokens.",
  allow: "session",
  body: proveTotpSchema,
  refusals: [409],
  run: ({ actor, body }) => disableTotp(actor, body),
});
