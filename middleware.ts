// Sets security headers and the nonce, and shows people without a session cookie the way to sign in.
// It touches no database and never decides: pages, routes and actions do.
import { randomBytes } from "node:crypto";
import { type NextRequest, NextResponse } from "next/server";
import { clientOf } from "./lib/http/client";
import { contentSecurityPolicy, DATA_POLICY, securityHeaders } from "./lib/http/security-headers";
import { SESSION_COOKIE_NAMES } from "./lib/http/session-cookie-name";

export const config = { runtime: "nodejs" };

/** Open without a session: sign-in, everything that answers by itself, and files. */
const OPEN =
  /^\/(login|register|api|_next|ws|healthz|readyz|metrics)(\/|$)|\.(svg|png|ico|webmanifest|txt|css|js|woff2|map)$/;
const NO_PAGE = /^\/(api|_next|ws|healthz|readyz|metrics)(\/|$)/;

export function middleware(request: NextRequest): NextResponse {
  const { secure } = clientOf(request.headers);
  const response = answer(request, secure);
  for (const [name, value] of Object.entries(securityHeaders({ secure }))) response.headers.set(name, value);
  return response;
}

function answer(request: NextRequest, secure: boolean): NextResponse {
  const { pathname } = request.nextUrl;
  if (NO_PAGE.test(pathname)) {
    const response = NextResponse.next();
    response.headers.set("Content-Security-Policy", DATA_POLICY);
    return response;
  }
  const signedIn = SESSION_COOKIE_NAMES.some((name) => request.cookies.has(name));
  const reads = request.method === "GET" || request.method === "HEAD";
  return reads && !signedIn && !OPEN.test(pathname) ? toSignIn(request) : page(request, secure);
}

function page(request: NextRequest, secure: boolean): NextResponse {
  const nonce = randomBytes(18).toString("base64");
  const policy = contentSecurityPolicy({ nonce, secure, development: process.env.NODE_ENV === "development" });
  const headers = new Headers(request.headers);
  // Next takes the nonce of its own scripts from the request's policy.
  headers.set("Content-Security-Policy", policy);
  headers.set("x-nonce", nonce);
  headers.set("x-dozor-path", pathOf(request));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set("Content-Security-Policy", policy);
  return response;
}

function toSignIn(request: NextRequest): NextResponse {
  const path = pathOf(request);
  const url = request.nextUrl.clone();
  url.pathname = "/login";
  url.search = path === "/" ? "" : `?next=${encodeURIComponent(path)}`;
  const response = NextResponse.redirect(url);
  response.headers.set("Content-Security-Policy", DATA_POLICY);
  // The same address is a page to whoever has signed in.
  response.headers.set("Cache-Control", "no-store");
  return response;
}

/** Path and query as people see them, without Next's own parameter. */
function pathOf({ nextUrl }: NextRequest): string {
  const query = new URLSearchParams(nextUrl.search);
  query.delete("_rsc");
  return nextUrl.pathname + (query.size > 0 ? `?${query}` : "");
}
