// Host keys from a known_hosts file, to be confirmed instead of those that a test has shown.
import { keysFromKnownHosts } from "../host/ssh/known-hosts";
import { fingerprintOf } from "../host/ssh/public-key";
import { type Actor, requirePermission } from "../users/permissions";

/** What a file says of a machine. */
export interface FoundHostKeys {
  keys: { type: string; fingerprint: string; key: string }[];
  /** How many more it says must never be trusted. */
  revoked: number;
  problems: { line: number; message: string }[];
}

/** Nothing is stored. @throws AppError unauthenticated, forbidden */
export async function hostKeysOf(
  actor: Actor | null,
  { text, host, port }: { text: string; host: string; port: number },
): Promise<FoundHostKeys> {
  requirePermission(actor, "servers:write");
  const { keys, revoked, problems } = keysFromKnownHosts(text, host, port);
  const found = keys.map((key) => ({ type: key.split(" ")[0] ?? "", fingerprint: fingerprintOf(key), key }));
  return { keys: found, revoked: revoked.length, problems };
}
