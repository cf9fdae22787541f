// Where a request that changes something comes from, by its headers.
import { env } from "../env";
import type { AskedHeaders } from "./asked";
import { clientOf } from "./client";
import { requireOwnOrigin } from "./origin";

/**
 * Refuses what another site's page sends. For requests whose cookie no other site's page carries (SameSite=Strict), or that
 * carry their own proof: there a client that names neither origin nor site is let pass, since browsers name one of them in
 * every POST, and programs name none. Other ports and subdomains of our site, which SameSite lets through, name theirs too.
 * @throws AppError forbidden
 */
export function refuseForeignPage(headers: AskedHeaders): void {
  const [origin, fetchSite] = [headers.get("origin"), headers.get("sec-fetch-site")];
  if (origin === null && fetchSite === null) return;
  const { host, secure } = clientOf(headers);
  requireOwnOrigin({ origin, fetchSite, host, secure, publicUrl: env().PUBLIC_URL });
}
