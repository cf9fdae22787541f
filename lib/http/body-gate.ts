// What is held of requests' bodies before anybody knows who asks: Next keeps up to 10 MB of each until it has come whole.
import type { IncomingMessage, ServerResponse } from "node:http";
import { AppError } from "../errors";
import { BODY_LIMIT_BYTES } from "./input";
import { toProblem } from "./problem";

/** Bodies up to here cost little more than their connection. */
const SMALL_BYTES = 16_384;
/** What pages are sent, by their actions, is a form at most; only the API takes more. */
const PAGE_BYTES = 65_536;
/** Larger ones, or of unknown length, that this process takes at the same time. */
const LARGE_AT_ONCE = 32;

/** How long a client may take to send a whole request; strangers would send one byte now and then. */
export const REQUEST_TIMEOUT_MS = 30_000;

/**
 * Makes the gate of a server: 413 for bodies above 1 MiB (64 KiB outside of the API), 503 while too many large ones are on their way.
 * @returns a function that says whether it has refused the request, and answered it
 */
export function bodyGate(): (request: IncomingMessage, response: ServerResponse) => boolean {
  let large = 0;
  return (request, response) => {
    const length = request.headers["transfer-encoding"] ? null : Number(request.headers["content-length"] ?? 0);
    if (length !== null && length <= SMALL_BYTES) return false;
    const limit = request.url?.startsWith("/api/") ? BODY_LIMIT_BYTES : PAGE_BYTES;
    if (length !== null && length > limit) {
      void refuse(new AppError("too_large", `The body is larger than ${limit} bytes.`), request, response);
      return true;
    }
    if (large >= LARGE_AT_ONCE) {
      const busy = new AppError("unavailable", "Too many large requests at once; try again.", { retryAfterSeconds: 5 });
      void refuse(busy, request, response);
      return true;
    }
    large += 1;
    response.once("close", () => {
      large -= 1;
    });
    if (length === null) cutOff(request, 2 * limit);
    return false;
  };
}

async function refuse(error: AppError, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const problem = toProblem(error, request.url?.split("?", 1)[0] ?? "/");
  response.writeHead(problem.status, { ...Object.fromEntries(problem.headers), connection: "close" });
  response.end(await problem.text());
}

/** Ends the connection of a body that never said its length and goes on beyond twice of what any route takes. */
function cutOff(request: IncomingMessage, most: number): void {
  const push = request.push.bind(request);
  let size = 0;
  request.push = (chunk: Buffer | null, encoding) => {
    size += chunk?.length ?? 0;
    if (size <= most) return push(chunk, encoding);
    request.destroy();
    return false;
  };
}
