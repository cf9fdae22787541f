import { endpoint } from "@/lib/http/endpoint";
import { signOutClient } from "./sign-out";

export const POST = endpoint({
  summary: "End the session or access token with which this is asked",
  description: "Its refresh token ends with it and is enough by itself. Clears the cookies.",
  allow: "public",
  status: 204,
  run: ({ request }) => signOutClient(request),
});
