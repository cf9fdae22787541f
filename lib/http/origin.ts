import { AppError } from "../errors";

export interface OriginEvidence {
  origin: string | null;
  /** The `Sec-Fetch-Site` header. */
  fetchSite: string | null;
  /** Host under which the browser asked. */
  host: string | null;
  /** Whether the browser asked by HTTPS: then a page of the same host by HTTP is another site, open to whoever is on the way. */
  secure: boolean;
  publicUrl: string | undefined;
}

/**
 * Whether a request that changes something comes from our own pages: its Origin is the host it was sent to, or PUBLIC_URL.
 * A request that names neither origin nor site is no page's, and gets no benefit of the cookie. Pure.
 */
export function isOwnOrigin({ origin, fetchSite, host, secure, publicUrl }: OriginEvidence): boolean {
  if (origin === null) return fetchSite === "same-origin";
  if (publicUrl !== undefined && origin === publicUrl) return true;
  if (!URL.canParse(origin) || host === null) return false;
  const page = new URL(origin);
  return page.host === host.toLowerCase() && (page.protocol === "https:" || !secure);
}

/** @throws AppError forbidden when the request comes from another site's page */
export function requireOwnOrigin(evidence: OriginEvidence): void {
  if (isOwnOrigin(evidence)) return;
  throw new AppError("forbidden", "This request comes from another site; open Dozor itself and try again.");
}
