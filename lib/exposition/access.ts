// Who may read the exposition.
import { env } from "../env";
import { AppError } from "../errors";
import { actorOf, bearerToken } from "../http/actor";
import type { AskedHeaders } from "../http/asked";
import { clientOf } from "../http/client";
import { throttle } from "../http/throttle";
import { isSameSecret } from "../same-secret";
import { requirePermission } from "../users/permissions";

/** Who reads: those whom the token of this process lets in, by no name, and all others by theirs. */
interface MetricsReader {
  /** A user's id, or an address; null for whoever brought METRICS_TOKEN. */
  caller: string | null;
}

/**
 * Lets pass whoever brings the token of this process, everybody where the exposition is public, and actors who may read
 * metrics. The first two cost no question to the database, so that a scrape goes on without it; the first one is not
 * counted together with strangers of its address, so that they cannot use up what it may ask.
 * @throws AppError not_found while there is no exposition, too_many_requests, unauthenticated, forbidden
 */
export async function requireMetricsReader(headers: AskedHeaders): Promise<MetricsReader> {
  const { PROMETHEUS_ENABLED, METRICS_PUBLIC, METRICS_TOKEN } = env();
  if (!PROMETHEUS_ENABLED) throw new AppError("not_found", "There are no metrics here.");
  const token = bearerToken(headers);
  if (METRICS_TOKEN !== undefined && token !== null && isSameSecret(token, METRICS_TOKEN)) return { caller: null };
  const { ip } = clientOf(headers);
  if (ip) throttle(ip);
  if (METRICS_PUBLIC) return { caller: ip ?? "somebody" };
  const actor = await actorOf(headers);
  requirePermission(actor, "metrics:read");
  return { caller: actor.userId ?? "somebody" };
}
