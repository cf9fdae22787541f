import { AppError } from "@/lib/errors";
import { serverTag } from "@/lib/fleet/config";
import { serverByName } from "@/lib/fleet/queries";
import type { Actor } from "@/lib/users/permissions";

/** A server with the tag under which it is edited, read first: it is never newer than what is shown. */
export async function serverResponse(actor: Actor, name: string): Promise<Response> {
  const etag = await serverTag(actor, name);
  const server = await serverByName(actor, name);
  if (!server) throw new AppError("not_found", "There is no server of that name.");
  return Response.json(server, { headers: { etag } });
}
