import { AppError } from "@/lib/errors";
import { actorOf } from "@/lib/http/actor";
import type { AskedRequest } from "@/lib/http/asked";
import { clientOf } from "@/lib/http/client";
import { noRefreshCookie, refreshTokenOf } from "@/lib/http/refresh-cookie";
import { refuseForeignPage } from "@/lib/http/request-origin";
import { noSessionCookies } from "@/lib/http/session-cookie";
import { closeFamily, closeSession } from "@/lib/users/sign-out";

/**
 * Ends what the request shows: the session of its token or cookie, and the sign-in of its refresh token.
 * @throws AppError unauthenticated where it shows nothing that holds, forbidden for another site's page
 */
export async function signOutClient(request: AskedRequest): Promise<Response> {
  const { headers } = request;
  refuseForeignPage(headers);
  const client = clientOf(headers);
  const actor = await actorOf(headers);
  if (actor) await closeSession(actor);
  const refreshToken = refreshTokenOf(headers);
  const closed = refreshToken !== null && (await closeFamily(refreshToken, client));
  if (!actor?.sessionId && !closed) throw new AppError("unauthenticated", "There is no session to end.");
  const answer = new Response(null, { status: 204, headers: { "set-cookie": noRefreshCookie(client.secure) } });
  for (const cookie of noSessionCookies(client.secure)) answer.headers.append("set-cookie", cookie);
  return answer;
}
