import type { IncomingHttpHeaders } from "node:http";

const FORWARDED = ["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-port", "forwarded"];

/**
 * Notes in a request's headers who is at the other end (`x-dozor-remote`, whatever the client wrote there),
 * and drops what only a proxy of ours may say.
 */
export function markRemote(
  headers: IncomingHttpHeaders,
  { remote, trusted }: { remote: string | null; trusted: boolean },
): void {
  headers["x-dozor-remote"] = remote ?? "";
  if (trusted) return;
  for (const name of FORWARDED) delete headers[name];
}
