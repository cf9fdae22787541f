// The cookie in which API clients keep their refresh token: no script reads it, and no other site's page sends it.
import type { RefreshToken } from "../users/refresh-tokens";
import type { AskedHeaders } from "./asked";
import { cookieValue } from "./session-cookie";

const NAME = "refresh_token";

/** The refresh token that a request carries, or null. */
export const refreshTokenOf = (headers: AskedHeaders): string | null =>
  cookieValue(headers.get("cookie"), NAME) || null;

/** `Set-Cookie` for a new refresh token; it goes with the token. */
export const refreshCookie = ({ token, maxAgeSeconds }: RefreshToken, secure: boolean): string =>
  cookie(token, maxAgeSeconds, secure);

/** `Set-Cookie` that takes the refresh token away. */
export const noRefreshCookie = (secure: boolean): string => cookie("", 0, secure);

const cookie = (value: string, maxAge: number, secure: boolean): string =>
  `${NAME}=${value}; Path=/api; Max-Age=${maxAge}; HttpOnly; SameSite=Strict${secure ? "; Secure" : ""}`;
