// The addresses of live sockets. Pure.

/** The live feed, and the one that clients of the older host monitor know. */
const ADDRESSES = { "/ws/stats": "feed", "/api/ws/metrics": "metrics" } as const;
export type LiveKind = (typeof ADDRESSES)[keyof typeof ADDRESSES];

const isAddress = (path: string): path is keyof typeof ADDRESSES => Object.hasOwn(ADDRESSES, path);

/** Which live socket the request line names, if any; a query is ignored, another spelling of the path is none. */
export function liveKindOf(url: string | undefined): LiveKind | null {
  const path = url?.split("?", 1)[0] ?? "";
  return isAddress(path) ? ADDRESSES[path] : null;
}

/** The one-time ticket of an upgrade; null without one. */
export function ticketOf(url: string | undefined): string | null {
  return new URLSearchParams(url?.split("?").slice(1).join("?")).get("ticket");
}
