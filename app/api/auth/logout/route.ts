import { endpoint } from "@/lib/http/endpoint";
import { signOutClient } from "../../logout/sign-out";

export const POST = endpoint({
  summary: "The same as POST /api/logout, for older clients",
  allow: "public",
  status: 204,
  run: ({ request }) => signOutClient(request),
});
