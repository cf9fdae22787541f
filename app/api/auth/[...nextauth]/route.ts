import type { NextRequest } from "next/server";
import nextAuth from "next-auth";
import { AppError } from "@/lib/errors";
import { authOptions } from "@/lib/http/auth-options";
import { clientOf } from "@/lib/http/client";
import { PUBLIC_BODY_LIMIT_BYTES } from "@/lib/http/input";
import { asAppError, toProblem } from "@/lib/http/problem";
import { refuseForeignPage } from "@/lib/http/request-origin";
import { throttle } from "@/lib/http/throttle";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

async function handle(request: NextRequest, context: Context): Promise<Response> {
  try {
    admit(request);
  } catch (error) {
    return toProblem(error, request.nextUrl.pathname);
  }
  let refusal: unknown;
  const options = authOptions(request.headers, (error) => {
    refusal = error;
  });
  const response: Response = await nextAuth(request, context, options);
  return corrected(response, { request, refused: asAppError(refusal) });
}

/** next-auth's own token guards against other sites; an origin that is given must be ours as well. */
function admit({ method, headers, nextUrl }: NextRequest): void {
  const { ip } = clientOf(headers);
  if (ip) throttle(ip);
  if (method === "GET" || method === "HEAD") {
    refuseCallback(nextUrl.pathname);
    return;
  }
  if (Number(headers.get("content-length") ?? Number.POSITIVE_INFINITY) > PUBLIC_BODY_LIMIT_BYTES) {
    throw new AppError("too_large", `Send at most ${PUBLIC_BODY_LIMIT_BYTES} bytes, and say how many.`);
  }
  refuseForeignPage(headers);
}

/** Passwords come by POST only; next-auth would call anything else its own failure. */
function refuseCallback(path: string): void {
  if (/\/callback(\/|$)/.test(path)) throw new AppError("not_found", "Sign in by POST; there is nothing to read here.");
}

/** Where next-auth believes to live, unless a variable of its own says otherwise. */
const ASSUMED_ORIGIN = "http://localhost:3000";

/** The answer with our address, the status of the refusal, and how long to wait. */
async function corrected(
  response: Response,
  { request, refused }: { request: NextRequest; refused: AppError | null },
): Promise<Response> {
  const { secure, host } = clientOf(request.headers);
  const own = `${secure ? "https" : "http"}://${host}`;
  const headers = new Headers(response.headers);
  headers.set("cache-control", "no-store");
  const location = headers.get("location");
  if (location) headers.set("location", location.replace(ASSUMED_ORIGIN, own));
  if (refused?.retryAfterSeconds !== undefined) headers.set("retry-after", String(refused.retryAfterSeconds));
  const body = (await response.text()).replaceAll(`"${ASSUMED_ORIGIN}`, `"${own}`);
  return new Response(body, { status: refused?.status ?? response.status, headers });
}

export { handle as GET, handle as POST };
