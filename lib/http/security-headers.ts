// The headers that tell browsers what our pages may do. Pure.

/** Sonner puts its style element in by itself, empty at first, and knows no nonce; a test holds the hashes against the package. */
export const SONNER_STYLES =
  "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=' 'sha256-StEaX+se6YS7pqjzrzMIA0KaX9zF/8zAhvQXZAe5epY='";

/**
 * The content security policy of a page: scripts by nonce only, nothing from elsewhere, no frame around us.
 * Style attributes are allowed, since charts, popovers and progress bars place themselves with them; style elements need the nonce.
 * @param development `next dev` needs eval and styles that it puts in by itself
 */
export function contentSecurityPolicy(page: { nonce: string; secure: boolean; development: boolean }): string {
  const own = `'self' 'nonce-${page.nonce}'`;
  const directives = [
    "default-src 'none'",
    `script-src ${own} 'strict-dynamic'${page.development ? " 'unsafe-eval'" : ""}`,
    `style-src ${page.development ? "'self' 'unsafe-inline'" : `${own} ${SONNER_STYLES}`}`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ];
  return [...directives, ...(page.secure ? ["upgrade-insecure-requests"] : [])].join("; ");
}

/** The policy of answers that are no pages. */
export const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

const YEAR_SECONDS = 31_536_000;

/** What every answer carries; under HTTPS also that it must stay so. */
export function securityHeaders({ secure }: { secure: boolean }): Record<string, string> {
  return {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    ...(secure && { "Strict-Transport-Security": `max-age=${YEAR_SECONDS}; includeSubDomains` }),
  };
}
