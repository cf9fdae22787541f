import { endpoint } from "@/lib/http/endpoint";
import { closeSession } from "@/lib/users/sign-out";

export const POST = endpoint({
  summary: "End the session or access token with which this is asked",
  allow: "session",
  status: 204,
  async run({ actor }) {
    await closeSession(actor);
  },
});
