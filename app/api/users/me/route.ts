import { endpoint } from "@/lib/http/endpoint";
import { readProfile, updateProfile } from "@/lib/users/profile";
import { profileChangesSchema, profileSchema } from "@/lib/users/profile-schema";

export const GET = endpoint({
  summary: "The own account",
  description: "Open to API tokens of every scope, and before a forced password change or second factor.",
  allow: "session",
  etag: true,
  response: profileSchema,
  run: ({ actor }) => readProfile(actor),
});

export const PATCH = endpoint({
  summary: "Change the own e-mail address, language, theme or time zone",
  description: "What is left out stays; null goes back to what the browser says. Not open to API tokens.",
  allow: "profile:write",
  body: profileChangesSchema,
  response: profileSchema,
  refusals: [409, 412],
  run: ({ actor, body, request }) => updateProfile(actor, body, { ifMatch: request.headers.get("if-match") }),
});
