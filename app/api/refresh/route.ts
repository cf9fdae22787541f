import { AppError } from "@/lib/errors";
import { clientOf } from "@/lib/http/client";
import { endpoint } from "@/lib/http/endpoint";
import { refreshTokenOf } from "@/lib/http/refresh-cookie";
import { refuseForeignPage } from "@/lib/http/request-origin";
import { refreshTokens } from "@/lib/users/refresh";
import { tokenResponse, tokenSchema } from "../token/token-response";

export const POST = endpoint({
  summary: "Exchange the refresh token for a new access token",
  description:
    "The cookie `refresh_token` of POST /api/token is taken and replaced; each holds for 7 days and is good once, and all of " +
    "one sign-in for 30 days. One that comes back more than 10 seconds after its use ends all tokens of its sign-in. " +
    "At most 10 a minute per account and per address. Programs that name no Origin may ask; pages of other sites may not.",
  allow: "public",
  secretAnswer: true,
  response: tokenSchema,
  async run({ request }) {
    refuseForeignPage(request.headers);
    const token = refreshTokenOf(request.headers);
    if (!token) throw new AppError("unauthenticated", "Send the cookie refresh_token, or sign in again.");
    return tokenResponse(request, await refreshTokens(token, clientOf(request.headers)));
  },
});
