import { keyTag } from "@/lib/ssh-keys/queries";
import type { SshKey } from "@/lib/ssh-keys/schema";

/** A key with the tag under which it is edited: a server that uses it meanwhile does not change that. */
export function keyResponse(key: SshKey): Response {
  return Response.json(key, { headers: { etag: keyTag(key) } });
}
