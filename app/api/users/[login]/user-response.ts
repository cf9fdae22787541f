import { userTag } from "@/lib/users/queries";
import type { User } from "@/lib/users/schema";

/** A user with the tag under which it is edited: a sign-in meanwhile does not change that. */
export function userResponse(user: User): Response {
  return Response.json(user, { headers: { etag: userTag(user) } });
}
