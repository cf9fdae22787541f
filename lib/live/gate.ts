// The one address of the live socket. Pure.
const LIVE_PATH = "/ws/stats";

/** Whether the request line names the live socket; a query is ignored, another spelling of the path is not it. */
export function isLivePath(url: string | undefined): boolean {
  return url?.split("?", 1)[0] === LIVE_PATH;
}
