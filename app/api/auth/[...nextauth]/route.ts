import type { NextRequest } from "next/server";
import nextAuth from "next-auth";
import { authOptions } from "@/lib/http/auth-options";
import { clientOf } from "@/lib/http/client";
import { asAppError } from "@/lib/http/problem";

interface Context {
  params: Promise<{ nextauth: string[] }>;
}

async function handle(request: NextRequest, context: Context): Promise<Response> {
  let refusal: unknown;
  const options = authOptions(clientOf(request.headers), (error) => {
    refusal = error;
  });
  const response: Response = await nextAuth(request, context, options);
  const known = asAppError(refusal);
  const headers = new Headers(response.headers);
  headers.set("cache-control", "no-store");
  if (known?.retryAfterSeconds !== undefined) headers.set("retry-after", String(known.retryAfterSeconds));
  return new Response(response.body, { status: known?.status ?? response.status, headers });
}

export { handle as GET, handle as POST };
