// Tells what kind of failure an error of PostgreSQL, TLS or the network is: by its code, never by words in a message (but
// for PgBouncer's, which have no code of their own).
import { type FailureCode, ProbeError } from "../probe";

/** SQLSTATE, or its class of two characters: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const BY_SQLSTATE: Readonly<Record<string, FailureCode>> = {
  "08": "unreachable",
  "08P01": "protocol",
  "25P03": "timeout",
  "25P04": "timeout",
  "28": "auth",
  "3D000": "no_database",
  "42501": "permission",
  "53300": "too_many_connections",
  "55P03": "timeout",
  "57014": "timeout",
  "57P01": "unreachable",
  "57P02": "unreachable",
  "57P03": "starting_up",
  "57P04": "no_database",
  "57P05": "unreachable",
};

/** PgBouncer gives all of its errors this SQLSTATE before version 1.19, and later most: only its fixed words tell them apart. */
const POOLER_STATE = "08P01";
const BY_POOLER_WORDS: readonly (readonly [words: string, code: FailureCode])[] = [
  ["query_wait_timeout", "too_many_connections"],
  ["no more connections allowed", "too_many_connections"],
  ["password authentication failed", "auth"],
  ["no such user", "auth"],
  ["login rejected", "auth"],
  ["no such database", "no_database"],
  ["SSL required", "tls"],
  ["query timeout", "timeout"],
  ["query_timeout", "timeout"],
  ["client_login_timeout", "unreachable"],
  ["server login has been failing", "unreachable"],
  ["pgbouncer cannot connect to server", "unreachable"],
  ["server conn crashed", "unreachable"],
  ["the database system is starting up", "starting_up"],
  ["the database system is shutting down", "starting_up"],
];
const MISSING_DATABASE = /^database ".*" does not exist$/s;

const BY_NETWORK_CODE: Readonly<Record<string, FailureCode>> = {
  ENOTFOUND: "dns",
  EAI_AGAIN: "dns",
  EAI_FAIL: "dns",
  EAI_NODATA: "dns",
  EAI_NONAME: "dns",
  ECONNREFUSED: "refused",
  ENOENT: "refused",
  EACCES: "unreachable",
  EPERM: "unreachable",
  ETIMEDOUT: "timeout",
  ECONNRESET: "unreachable",
  ECONNABORTED: "unreachable",
  EPIPE: "unreachable",
  EHOSTUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  EADDRNOTAVAIL: "unreachable",
};

/** Where the failure was met; `otherwise` is the code of an error that carries none. */
export interface FailureContext {
  /** The server as people know it, e.g. `db1:5432`. */
  address: string;
  /** Never appears in the message, even if the server sends it back. */
  password: string;
  otherwise: FailureCode;
  /** Whether it was met before the server let us in. */
  connecting?: boolean;
}

const ADVICE: Readonly<Partial<Record<FailureCode, string>>> = {
  dns: "its name cannot be resolved; check the host",
  refused: "nothing accepts connections there; check host, port, listen_addresses and the firewall",
  timeout: "no answer in time; check the host, the firewall and the load",
  unreachable: "the connection was closed or cannot be made; check the network and the server's log",
  protocol: "the answer is not PostgreSQL's; check the port",
};
const FORBIDDEN: ReadonlySet<string> = new Set(["EACCES", "EPERM"]);

/** The SQLSTATE of an error that PostgreSQL sent, or null for any other error. */
export function sqlStateOf(error: unknown): string | null {
  if (!(error instanceof Error) || !("severity" in error) || !("code" in error)) return null;
  return typeof error.code === "string" && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** What to do about what the server said, after its own words. */
const REMEDIES: Readonly<Partial<Record<FailureCode, string>>> = {
  auth: "check user and password, and that the role may log in",
  no_database: "check the name of the database",
  permission: "grant Dozor's role pg_monitor",
  too_many_connections: "end idle sessions, or raise the limit of the server, the role, the database or the pool",
  tls: "use sslmode require, or verify-full with the CA certificate",
  starting_up: "wait until it has started or recovered",
  unreachable: "check the server's log",
};
const NO_HBA_LINE =
  "check that the role may log in and that pg_hba.conf has a line for it; sslmode decides which lines fit";
/** By the first words of a pooler. */
const POOLER_REMEDIES: readonly (readonly [words: string, remedy: string])[] = [
  ["transaction blocks not allowed", "Dozor needs a pooler in transaction or session mode"],
  [
    "query_wait_timeout",
    "the pooler had no connection to lend in time: it is used up, or the server behind it is away",
  ],
];

/** At sign-in: the database does not accept connections, or none of this role. */
const NOT_IN_STATE = "55000";
const NOT_ALLOWED = "42501";

function codeOfServer(state: string, message: string, connecting = false): FailureCode {
  if (connecting && (state === NOT_IN_STATE || state === NOT_ALLOWED)) return "no_database";
  if (state === POOLER_STATE) {
    const [, code] = BY_POOLER_WORDS.find(([words]) => message.startsWith(words)) ?? [];
    if (code) return code;
    if (MISSING_DATABASE.test(message)) return "no_database";
  }
  return BY_SQLSTATE[state] ?? BY_SQLSTATE[state.slice(0, 2)] ?? "sql";
}

function remedyOf(state: string, code: FailureCode, message: string): string {
  if (state === "28000") return `; ${NO_HBA_LINE}`;
  if (state === NOT_ALLOWED && code === "no_database") return "; grant Dozor's role CONNECT on it";
  const [, ofPooler] = POOLER_REMEDIES.find(([words]) => state === POOLER_STATE && message.startsWith(words)) ?? [];
  const remedy = ofPooler ?? REMEDIES[code];
  return remedy ? `; ${remedy}` : "";
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;
const MOST_WORDS = 250;
const MOST_CODE = 60;

const hidden = (text: string, secret: string) => (secret === "" ? text : text.replaceAll(secret, "***"));

/** Takes the secret out of an error that was sent to us, in each of its texts: it goes on as `cause`. */
function scrub(error: Error, secret: string): void {
  if (secret === "") return;
  const texts = error as unknown as Record<string, unknown>;
  for (const name of ["message", "stack", ...Object.keys(error)]) {
    const text = texts[name];
    if (typeof text === "string") texts[name] = hidden(text, secret);
  }
}

/** Translates any error of a connection or statement; the error itself stays as `cause`. */
export function toProbeError(error: unknown, context: FailureContext): ProbeError {
  if (error instanceof ProbeError) return error;
  if (error instanceof Error) scrub(error, context.password);
  const state = sqlStateOf(error);
  if (state !== null && error instanceof Error) {
    const code = codeOfServer(state, error.message, context.connecting);
    const words = error.message.replace(CONTROL, " ").slice(0, MOST_WORDS);
    const said = hidden(`${words} (SQLSTATE ${state})`, context.password);
    const message = `PostgreSQL at ${context.address} says: ${said}${remedyOf(state, code, error.message)}`;
    return new ProbeError(code, message, { cause: error });
  }
  const networkCode = codeOf(error);
  const code = (networkCode && BY_NETWORK_CODE[networkCode]) || context.otherwise;
  const detail = networkCode ? hidden(` (${networkCode.slice(0, MOST_CODE)})`, context.password) : "";
  const forbidden = networkCode !== null && FORBIDDEN.has(networkCode);
  const advice = forbidden ? "this process may not use that socket" : (ADVICE[code] ?? "the connection failed");
  return new ProbeError(code, `${context.address}: ${advice}${detail}`, { cause: error });
}

const CERTIFICATE_ADVICE: Readonly<Record<string, string>> = {
  ERR_TLS_CERT_ALTNAME_INVALID: "it is not issued for this host; connect by a name it holds, or use sslmode verify-ca",
  CERT_HAS_EXPIRED: "it has expired; renew it on the server",
  CERT_NOT_YET_VALID: "it is not valid yet; check the clocks",
  DEPTH_ZERO_SELF_SIGNED_CERT: "it is self-signed; give it as CA certificate, or use sslmode require",
  SELF_SIGNED_CERT_IN_CHAIN: "its authority is not known here; give the CA certificate, or use sslmode require",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "its authority is not known here; give the CA certificate, or use sslmode require",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its authority is not known here; give the CA certificate, or use sslmode require",
};

/** Translates an error met during the TLS handshake: a lost network stays what it is, all else is `tls` with the remedy. */
export function toTlsError(error: unknown, context: FailureContext): ProbeError {
  if (error instanceof ProbeError) return error;
  const code = codeOf(error) ?? "no code";
  if (BY_NETWORK_CODE[code]) return toProbeError(error, context);
  const advice = CERTIFICATE_ADVICE[code];
  const message = advice ? `The certificate of ${context.address}: ${advice}` : `${context.address}: no TLS agreed`;
  return new ProbeError("tls", `${message} (${code})`, { cause: error });
}
