// The names of libpq's sslmode, weakest first: https://www.postgresql.org/docs/current/libpq-ssl.html

export const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** Whether `next` promises less than `now`: what was kept from eavesdroppers or impostors might reach them. */
export function isWeaker(next: SslMode, now: SslMode): boolean {
  return SSL_MODES.indexOf(next) < SSL_MODES.indexOf(now);
}
