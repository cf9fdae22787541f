import { endpoint } from "@/lib/http/endpoint";
import { readProfile } from "@/lib/users/profile";
import { profileSchema } from "@/lib/users/profile-schema";
import { readSessionEnd } from "@/lib/users/session-end";
import { sessionEndSchema } from "../session-end";

export const GET = endpoint({
  summary: "Who you are, and when your session ends",
  description: "Asking does not extend the session.",
  allow: "session",
  response: profileSchema.extend(sessionEndSchema.shape),
  run: async ({ actor }) => ({ ...(await readProfile(actor)), ...(await readSessionEnd(actor)) }),
});
