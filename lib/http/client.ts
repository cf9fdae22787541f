// What a request says about its client, as far as it may be believed.
import { env } from "../env";
import { isPlainNext } from "../plain-next";
import type { AskedHeaders } from "./asked";
import { clientAddress, isTrustedProxy } from "./client-address";

export interface RequestClient {
  ip: string | null;
  userAgent: string | null;
  /** Whether the browser speaks HTTPS with us or with a proxy of ours. */
  secure: boolean;
  /** Host and port under which the browser knows us. */
  host: string | null;
}

/**
 * Reads address, user agent, scheme and host.
 * @param remote address of the socket; by default the header `x-dozor-remote`, which our server writes and takes from nobody.
 * Where it does not serve, anybody could have written it, and no address is known.
 */
export function clientOf(
  headers: AskedHeaders,
  remote = isPlainNext() ? null : headers.get("x-dozor-remote"),
): RequestClient {
  const { PUBLIC_URL, TRUSTED_PROXIES: trusted } = env();
  const behindProxy = isTrustedProxy(remote, trusted);
  const forwarded = (name: string) => (behindProxy ? (headers.get(name)?.split(",")[0]?.trim() ?? null) : null);
  return {
    ip: clientAddress({ remote, forwardedFor: headers.get("x-forwarded-for"), trusted }),
    userAgent: headers.get("user-agent"),
    secure: Boolean(PUBLIC_URL?.startsWith("https:")) || forwarded("x-forwarded-proto") === "https",
    host: forwarded("x-forwarded-host") ?? headers.get("host"),
  };
}
