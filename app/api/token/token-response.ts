import { z } from "zod";
import type { AskedRequest } from "@/lib/http/asked";
import { clientOf } from "@/lib/http/client";
import { refreshCookie } from "@/lib/http/refresh-cookie";
import type { RefreshToken } from "@/lib/users/refresh-tokens";
import { SESSION_LIFETIME } from "@/lib/users/sessions";

export const tokenSchema = z.object({
  access_token: z.string(),
  token_type: z.literal("bearer"),
  expires_in: z.int().describe("Seconds"),
});

/** A fresh access token as an answer; the refresh token goes into its cookie and nowhere else. */
export function tokenResponse(
  request: AskedRequest,
  tokens: { secret: string; refresh: RefreshToken | null },
): Response {
  const expires_in = SESSION_LIFETIME.bearer.totalMs / 1_000;
  const answer: z.input<typeof tokenSchema> = { access_token: tokens.secret, token_type: "bearer", expires_in };
  const { secure } = clientOf(request.headers);
  const cookies = tokens.refresh && { "set-cookie": refreshCookie(tokens.refresh, secure) };
  return Response.json(answer, { headers: { ...cookies } });
}
