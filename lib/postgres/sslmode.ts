// libpq's sslmode, mapped to what a connection tries and checks: https://www.postgresql.org/docs/current/libpq-ssl.html
import type { ConnectionOptions } from "node:tls";
import type { ProbeError } from "../probe";
import { sqlStateOf } from "./failure";

export const SSL_MODES = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"] as const;
export type SslMode = (typeof SSL_MODES)[number];

/** `offered`: encrypted if the server can, else in the clear on the same connection. */
export type Encryption = "none" | "offered" | "required";

/** What is tried in turn; unix sockets are never encrypted. */
export function attemptsOf(mode: SslMode, host: string): readonly Encryption[] {
  if (host.startsWith("/") || mode === "disable") return ["none"];
  if (mode === "allow") return ["none", "required"];
  return mode === "prefer" ? ["offered", "none"] : ["required"];
}

/**
 * Whether the next attempt may help: no agreement on TLS, or pg_hba.conf has no line for this way of connecting (28000).
 * Unlike libpq a wrong password (28P01) is not tried again, least of all in the clear.
 */
export function worthAnother(failure: ProbeError): boolean {
  return failure.code === "tls" || sqlStateOf(failure.cause) === "28000";
}

/** What is checked of the server's certificate. With a CA `require` acts as `verify-ca`; without one Node's roots count. */
export function certificateChecks(mode: SslMode, ca: string | undefined): ConnectionOptions {
  const verify = mode === "verify-ca" || mode === "verify-full" || (mode === "require" && ca !== undefined);
  return {
    ...(ca !== undefined && { ca }),
    rejectUnauthorized: verify,
    ...(mode !== "verify-full" && { checkServerIdentity: () => undefined }),
  };
}
