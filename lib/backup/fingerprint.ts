// Secrets by their fingerprints: 256 bits that only tell whether a secret is the same.
import { hkdfSync } from "node:crypto";
import { StartError } from "../start-error";
import type { Manifest } from "./manifest";

/** AUTH_SECRET and ENCRYPTION_KEYS as the environment has them, or the data directory. */
export interface Secrets {
  auth_secret: string;
  encryption_keys: string;
}

/** Each has 32 characters at least (lib/env.ts), so there is nothing to guess. */
const fingerprint = (secret: string): string =>
  Buffer.from(hkdfSync("sha256", secret, "", "dozor backup", 32)).toString("hex");

/** `1:<key>,2:<key>` → fingerprint by id */
function keysOf(list: string): Record<string, string> {
  return Object.fromEntries(
    list.split(",").map((entry) => {
      const [id = "", ...key] = entry.trim().split(":");
      return [id, fingerprint(key.join(":"))];
    }),
  );
}

/** What a backup says of the secrets with which its content can be read. */
export const fingerprintsOf = ({ auth_secret, encryption_keys }: Secrets): Manifest["fingerprints"] => ({
  auth_secret: fingerprint(auth_secret),
  encryption_keys: keysOf(encryption_keys),
});

/**
 * Holds the secrets that a restored Dozor would have against those of the backup.
 * @throws StartError naming what is not the same, before anything is restored
 */
export function requireSecrets(secrets: Secrets, { fingerprints }: Manifest): void {
  const own = fingerprintsOf(secrets);
  const keys = Object.entries(fingerprints.encryption_keys);
  const wrong = keys.filter(([id, key]) => own.encryption_keys[id] !== key).map(([id]) => id);
  if (wrong.length > 0)
    throw new StartError(
      `ENCRYPTION_KEYS lacks the key ${wrong.join(", ")} of this backup, or has another one under that id. Nothing was restored.`,
    );
  if (own.auth_secret !== fingerprints.auth_secret)
    throw new StartError(
      "AUTH_SECRET is not the one of this backup: with another one the audit log cannot be verified. Nothing was restored.",
    );
}
