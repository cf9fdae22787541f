/** `__Host-` under HTTPS: no other host and no plain HTTP page can set or shadow it. */
export function sessionCookieName(secure: boolean): string {
  return secure ? "__Host-dozor.session" : "dozor.session";
}

export const SESSION_COOKIE_NAMES = [sessionCookieName(true), sessionCookieName(false)];
