// Host keys are pinned: only one that a person confirmed is trusted, byte for byte.
import type { ServerHostKeyAlgorithm } from "ssh2";
import { blobOf, fingerprintOf, typeOf } from "./public-key";

/** By preference. SHA-1 signatures (`ssh-rsa`) come last: a server chooses them only where it has nothing else. */
const ALGORITHMS: readonly ServerHostKeyAlgorithm[] = [
  "ssh-ed25519",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "rsa-sha2-512",
  "rsa-sha2-256",
  "ssh-rsa",
];

/** `unknown`: none was confirmed yet. `changed`: others were. */
export type Trust = "trusted" | "unknown" | "changed";

/**
 * The algorithms to ask for: those of confirmed keys first, so that a server with several keys shows the pinned one. The
 * others follow, so that a server without it shows which key it has instead.
 */
export function algorithmsFor(confirmed: readonly string[]): ServerHostKeyAlgorithm[] {
  const types = new Set(confirmed.map((key) => key.trim().split(/\s+/)[0]));
  const isPinned = (algorithm: string) => types.has(algorithm.startsWith("rsa-") ? "ssh-rsa" : algorithm);
  const sha1 = (algorithm: string) => algorithm === "ssh-rsa";
  const rest = ALGORITHMS.filter((algorithm) => !isPinned(algorithm) && !sha1(algorithm));
  return [...ALGORITHMS.filter((one) => isPinned(one) && !sha1(one)), ...rest, "ssh-rsa"];
}

export function trustOf(shown: Buffer, confirmed: readonly string[]): Trust {
  if (confirmed.length === 0) return "unknown";
  return confirmed.some((key) => blobOf(key)?.equals(shown)) ? "trusted" : "changed";
}

/** Both fingerprints, and what to do. */
export function changedMessage(address: string, shown: Buffer, confirmed: readonly string[]): string {
  const expected = confirmed.map((key) => `${key.trim().split(/\s+/)[0]} ${fingerprintOf(key)}`).join(", ");
  return `${address} shows the host key ${typeOf(shown) ?? "unknown"} ${fingerprintOf(shown)}, but ${expected} was confirmed. Either the machine was set up anew, then confirm its new key with Test, or somebody stands in between. Nothing secret was sent`;
}

export function unknownMessage(address: string): string {
  return `The host key of ${address} has to be confirmed first: use Test, compare the fingerprint and confirm it`;
}
