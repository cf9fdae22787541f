import type { SshKey } from "@/lib/ssh-keys/schema";

/** `ssh-rsa` of 3072 bits → `RSA 3072`; what has no name here keeps its own. */
export function keyTypeName({ key_type: type, bits }: Pick<SshKey, "key_type" | "bits">): string {
  if (type === "ssh-ed25519") return "Ed25519";
  if (type === "ssh-rsa") return bits === null ? "RSA" : `RSA ${bits}`;
  const curve = /^ecdsa-sha2-nistp(\d+)$/.exec(type)?.[1];
  return curve ? `ECDSA P-${curve}` : type;
}

/** The line of `authorized_keys` with which a machine lets the key in, but for terminals and forwarding, which Dozor does not need. */
export const authorizedLine = ({ public_key }: Pick<SshKey, "public_key">): string => `restrict ${public_key}`;
