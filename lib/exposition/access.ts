// Who may read the exposition.
import { createHash, timingSafeEqual } from "node:crypto";
import { env } from "../env";
import { AppError } from "../errors";
import { actorOf, bearerToken } from "../http/actor";
import { clientOf } from "../http/client";
import { throttle } from "../http/throttle";
import { requirePermission } from "../users/permissions";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Takes the same time for every wrong text: it compares digests. */
const isSame = (one: string, other: string): boolean => timingSafeEqual(digest(one), digest(other));

/**
 * Lets pass whoever brings the token of this process, everybody where the exposition is public, and actors who may read
 * metrics. The first two cost no question to the database, so that a scrape goes on without it.
 * @throws AppError not_found while there is no exposition, too_many_requests, unauthenticated, forbidden
 */
export async function requireMetricsReader(headers: Headers): Promise<void> {
  const { PROMETHEUS_ENABLED, METRICS_PUBLIC, METRICS_TOKEN } = env();
  if (!PROMETHEUS_ENABLED) throw new AppError("not_found", "There are no metrics here.");
  const { ip } = clientOf(headers);
  if (ip) throttle(ip);
  if (METRICS_PUBLIC) return;
  const token = bearerToken(headers);
  if (METRICS_TOKEN !== undefined && token !== null && isSame(token, METRICS_TOKEN)) return;
  requirePermission(await actorOf(headers), "metrics:read");
}
