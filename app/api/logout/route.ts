import { AppError } from "@/lib/errors";
import { endpoint } from "@/lib/http/endpoint";
import { closeSession } from "@/lib/users/sign-in";

export const POST = endpoint({
  summary: "End the session or access token with which this is asked",
  // Public, because a forced password change must not keep anyone from leaving.
  allow: "public",
  status: 204,
  async run({ actor }) {
    if (!actor) throw new AppError("unauthenticated", "There is no session to end.");
    await closeSession(actor);
  },
});
