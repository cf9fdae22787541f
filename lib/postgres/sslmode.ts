// libpq's sslmode, mapped to what a connection tries and checks: https://www.postgresql.org/docs/current/libpq-ssl.html
import type { ConnectionOptions } from "node:tls";
import type { ProbeError } from "../probe";
import type { SslMode } from "../ssl-modes";
import { sqlStateOf } from "./failure";

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

/** What was checked of a certificate, see `TlsFacts`. */
export type Verified = "name" | "authority" | "nothing";

/** What a mode checks of the server's certificate. */
export function verifiedBy(mode: SslMode, ca: string | undefined): Verified {
  if (mode === "verify-full") return "name";
  return mode === "verify-ca" || (mode === "require" && ca !== undefined) ? "authority" : "nothing";
}

/** How it is checked. With a CA `require` acts as `verify-ca`; without one Node's roots count. */
export function certificateChecks(mode: SslMode, ca: string | undefined): ConnectionOptions {
  const verified = verifiedBy(mode, ca);
  return {
    rejectUnauthorized: verified !== "nothing",
    ...(verified !== "name" && { checkServerIdentity: () => undefined }),
  };
}
