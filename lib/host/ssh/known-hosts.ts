// Reads known_hosts files as sshd(8) describes them under SSH_KNOWN_HOSTS FILE FORMAT; pure, never throws.
import { createHmac } from "node:crypto";
import { blobOf } from "./public-key";

export interface KnownHosts {
  /** `ssh-ed25519 AAAA…` of the host, in the order of the file, each once. */
  keys: string[];
  /** Those of the host that must never be trusted; they are not among `keys`. */
  revoked: string[];
  /** Lines that could not be used, counted from 1. */
  problems: { line: number; message: string }[];
}

const MOST_PROBLEMS = 20;

/** @param host name or address as the server has it; @param port a port other than 22 is written `[host]:port` there */
export function keysFromKnownHosts(text: string, host: string, port: number): KnownHosts {
  const names = namesOf(host, port);
  const keys = new Set<string>();
  const revoked = new Set<string>();
  const problems: KnownHosts["problems"] = [];
  for (const [index, line] of text.split(/\r\n|\r|\n/).entries()) {
    const found = readLine(line.trim(), names);
    if (found === null) continue;
    if (typeof found !== "string") (found.revoked ? revoked : keys).add(found.key);
    else if (problems.length < MOST_PROBLEMS) problems.push({ line: index + 1, message: found });
  }
  return { keys: [...keys].filter((key) => !revoked.has(key)), revoked: [...revoked], problems };
}

/** @returns null for a line that is about others or nothing, a text for one that cannot be used */
function readLine(line: string, names: readonly string[]): { key: string; revoked: boolean } | string | null {
  if (line === "" || line.startsWith("#")) return null;
  const fields = line.split(/\s+/);
  const marker = fields[0]?.startsWith("@") ? fields.shift() : undefined;
  const [hosts, type, base64] = fields;
  if (!hosts || !type || !base64) return "it has no host, key type and key";
  const matches = hosts.startsWith("|") ? hashMatches(hosts, names) : patternsMatch(hosts, names);
  if (matches === null) return "its hashed name is damaged";
  if (marker !== undefined && marker !== "@revoked" && marker !== "@cert-authority") return "its marker is not known";
  if (!matches) return null;
  if (marker === "@cert-authority") return "certificates of hosts are not supported; confirm the host key with Test";
  if (!blobOf(`${type} ${base64}`)) return "its key is damaged";
  return { key: `${type} ${base64}`, revoked: marker === "@revoked" };
}

/** OpenSSH looks for `[host]:port` alone where the port is not 22. */
function namesOf(host: string, port: number): string[] {
  const name = host
    .trim()
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1");
  return port === 22 ? [name, `[${name}]:22`] : [`[${name}]:${port}`];
}

/** `|1|salt|HMAC-SHA1(salt, name)`; null where it is not that. */
function hashMatches(field: string, names: readonly string[]): boolean | null {
  const [, version, salt = "", hash = "", ...more] = field.split("|");
  const [key, wanted] = [Buffer.from(salt, "base64"), Buffer.from(hash, "base64")];
  if (version !== "1" || more.length > 0 || key.length !== 20 || wanted.length !== 20) return null;
  return names.some((name) => createHmac("sha1", key).update(name).digest().equals(wanted));
}

/** Any pattern must fit, and none that begins with `!`. */
function patternsMatch(field: string, names: readonly string[]): boolean {
  let fits = false;
  for (const pattern of field.toLowerCase().split(",")) {
    const denied = pattern.startsWith("!");
    if (!names.some((name) => wildcardFits(denied ? pattern.slice(1) : pattern, name))) continue;
    if (denied) return false;
    fits = true;
  }
  return fits;
}

/** `*` stands for any characters and `?` for one; goes back to the last star only, so it takes no longer than the product of both lengths. */
function wildcardFits(pattern: string, name: string): boolean {
  let [at, star, from] = [0, -1, 0];
  for (let place = 0; place < name.length; ) {
    if (pattern[at] === "*") {
      [star, from] = [at, place];
      at += 1;
    } else if (at < pattern.length && (pattern[at] === "?" || pattern[at] === name[place])) {
      at += 1;
      place += 1;
    } else if (star >= 0) {
      from += 1;
      [at, place] = [star + 1, from];
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}
