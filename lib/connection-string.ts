// Connection strings as people paste them: libpq's URIs and key=value, and what other drivers make of them. Pure and total.
// https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING
import { SSL_MODES, type SslMode } from "./ssl-modes";

/** What a connection string says; what it does not say is absent. */
export interface ConnectionParts {
  host?: string;
  port?: number;
  user?: string;
  password?: string;
  database?: string;
  sslmode?: SslMode;
}

export type ParsedConnection =
  | { ok: true; value: ConnectionParts /** Names of parameters that Dozor has no use for. */; ignored: string[] }
  | { ok: false; message: string };

const MOST_CHARACTERS = 8_192;

/** Why a text is no connection string; its message holds nothing of the text, which may be a secret. */
class Unreadable extends Error {}

/** Parameters in the order in which they were given; a later one wins. */
type Parameters = [name: string, value: string][];

function decode(text: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(text);
  } catch {
    throw new Unreadable("A % must be followed by two hexadecimal digits of UTF-8; write % itself as %25");
  }
  if (decoded.includes("\0")) throw new Unreadable("It must not hold %00");
  return decoded;
}

/** Splits at the first `mark`; without one all is before it. */
function cut(text: string, mark: string): [before: string, after: string | undefined] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + mark.length)];
}

/** `host`, `host:port`, `[::1]:port`, `:port`. */
function hostParameters(text: string): Parameters {
  if (text.includes(",")) throw new Unreadable("It names several hosts; register each of them as a server");
  const bracketed = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (text.startsWith("[") && !bracketed)
    throw new Unreadable("An IPv6 address is written in brackets, as in [::1]:5432");
  const [host, port] = bracketed ? [bracketed[1] ?? "", bracketed[2]] : cut(text, ":");
  return [
    ["host", decode(host)],
    ["port", decode(port ?? "")],
  ];
}

function queryParameters(query: string): Parameters {
  return query.split("&").flatMap((pair): Parameters => {
    if (pair === "") return [];
    const [name, value] = cut(pair, "=");
    if (value === undefined) throw new Unreadable("A parameter after ? lacks its =");
    return [[decode(name), decode(value)]];
  });
}

function uriParameters(rest: string): Parameters {
  const [address, query = ""] = cut(rest, "?");
  const [authority, database] = cut(address, "/");
  // libpq ends the user's part at the first @; others, and people, write one into the password.
  const at = authority.lastIndexOf("@");
  const [user, password] = at < 0 ? ["", undefined] : cut(authority.slice(0, at), ":");
  return [
    ...hostParameters(authority.slice(at + 1)),
    ["user", decode(user)],
    ["password", decode(password ?? "")],
    ["dbname", decode(database ?? "")],
    ...queryParameters(query),
  ];
}

/** `jdbc:postgresql:` has no user before the host, and a mere database needs no slashes. */
function jdbcParameters(rest: string): Parameters {
  const [address, query = ""] = cut(rest, "?");
  const renamed = queryParameters(query).map(([name, value]): Parameters[number] => {
    if (name === "ssl") return value === "false" ? ["sslmode", "disable"] : ["sslmode", "verify-full"];
    return [name, value];
  });
  if (!address.startsWith("//")) return [["dbname", decode(address.replace(/^\//, ""))], ...renamed];
  const [authority, database] = cut(address.slice(2), "/");
  return [...hostParameters(authority), ["dbname", decode(database ?? "")], ...renamed];
}

/** One word of key=value: its characters, and where it ends. */
function readValue(text: string, from: number): [value: string, end: number] {
  const quoted = text[from] === "'";
  let value = "";
  let at = quoted ? from + 1 : from;
  for (; at < text.length; at++) {
    const character = text[at] ?? "";
    if (quoted ? character === "'" : /\s/.test(character)) return [value, quoted ? at + 1 : at];
    if (character === "\\") at++;
    value += character === "\\" ? (text[at] ?? "") : character;
  }
  if (quoted) throw new Unreadable("A quoted value lacks its closing quote");
  return [value, at];
}

function keyValueParameters(text: string): Parameters {
  const parameters: Parameters = [];
  let at = text.search(/\S/);
  while (at >= 0 && at < text.length) {
    const key = /^([A-Za-z_][\w.-]*)\s*=\s*/.exec(text.slice(at));
    if (!key)
      throw new Unreadable("It is neither a URI such as postgresql://user@host:5432/database nor key=value pairs");
    const [value, end] = readValue(text, at + key[0].length);
    if (end < text.length && !/\s/.test(text[end] ?? "")) throw new Unreadable("A space must follow a quoted value");
    parameters.push([key[1] ?? "", value]);
    const gap = text.slice(end).search(/\S/);
    at = gap < 0 ? text.length : end + gap;
  }
  return parameters;
}

const URI = /^postgres(?:ql)?(?:\+[a-z0-9_]+)?:\/\//i;
const JDBC = /^jdbc:postgresql:/i;

function parametersOf(text: string): Parameters {
  const jdbc = JDBC.exec(text);
  if (jdbc) return jdbcParameters(text.slice(jdbc[0].length));
  const uri = URI.exec(text);
  return uri ? uriParameters(text.slice(uri[0].length)) : keyValueParameters(text);
}

/** Other spellings of what is understood. */
const SAME: Readonly<Record<string, string>> = { database: "dbname", username: "user", ssl_mode: "sslmode" };

function portOf(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535) throw new Unreadable("The port must be 1 to 65535");
  return port;
}

function sslmodeOf(text: string): SslMode {
  const mode = SSL_MODES.find((name) => name === text);
  if (!mode) throw new Unreadable(`sslmode must be one of ${SSL_MODES.join(", ")}`);
  return mode;
}

/** An address counts where there is no name, as in libpq, which then has nothing to compare a certificate with. */
function hostOf(given: ReadonlyMap<string, string>): string | undefined {
  const host = given.get("host") || given.get("hostaddr");
  if (host?.includes(",")) throw new Unreadable("It names several hosts; register each of them as a server");
  return host?.replace(/^\[(.*)\]$/, "$1") || undefined;
}

function understood(parameters: Parameters): ParsedConnection {
  const given = new Map<string, string>();
  const ignored = new Set<string>();
  const known = new Set(["host", "hostaddr", "port", "user", "password", "dbname", "sslmode"]);
  for (const [name, value] of parameters) {
    const plain = SAME[name] ?? name;
    // libpq takes this one over from JDBC.
    if (plain === "ssl" && value === "true") given.set("sslmode", "require");
    else if (known.has(plain)) given.set(plain, value);
    else ignored.add(name);
  }
  if (given.get("host") && given.get("hostaddr")) ignored.add("hostaddr");
  const [host, port, user] = [hostOf(given), given.get("port"), given.get("user")];
  const [password, database, sslmode] = [given.get("password"), given.get("dbname"), given.get("sslmode")];
  const value: ConnectionParts = {
    ...(host && { host }),
    ...(port && { port: portOf(port) }),
    ...(user && { user }),
    ...(password && { password }),
    ...(database && { database }),
    ...(sslmode && { sslmode: sslmodeOf(sslmode) }),
  };
  return { ok: true, value, ignored: [...ignored] };
}

/**
 * Reads a URI (`postgresql://`, also with a driver as in `postgresql+psycopg://`, and `jdbc:postgresql://`) or key=value
 * pairs with libpq's quoting. Never throws; a message says what is wrong and repeats nothing of the text.
 */
export function parseConnectionString(text: string): ParsedConnection {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: false, message: "Paste a connection string" };
  if (trimmed.length > MOST_CHARACTERS)
    return { ok: false, message: `It must be at most ${MOST_CHARACTERS} characters` };
  if (trimmed.includes("\0")) return { ok: false, message: "It must not hold a NUL character" };
  try {
    return understood(parametersOf(trimmed));
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, message: error.message };
    throw error;
  }
}
