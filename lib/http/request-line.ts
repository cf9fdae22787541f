// Requests that no page or route of ours could mean: answered before Next sees them. Pure.

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/**
 * The status with which a request is refused by its first line alone, or null when it may go on: another method (405),
 * or a target that is not a path on this server, as only a proxy is asked for, or whose escapes are no UTF-8 (400).
 */
export function refusedRequestLine(request: {
  method?: string | undefined;
  url?: string | undefined;
}): 400 | 405 | null {
  if (!METHODS.has(request.method ?? "")) return 405;
  return request.url?.startsWith("/") && isDecodable(request.url.split("?", 1)[0] ?? "") ? null : 400;
}

function isDecodable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== "";
  } catch {
    return false;
  }
}
