// What a key in PKCS#8 (RFC 5958), PKCS#1 (RFC 8017) or SEC1 (RFC 5915) says of itself before anything is computed with it: strictly, so that whoever opens it reads
// the same. Pure.

const PBES2 = "2a864886f70d01050d";
const PBKDF2 = "2a864886f70d01050c";
const KINDS: Readonly<Record<string, string>> = {
  "2a864886f70d010101": "rsa",
  "2a8648ce3d0201": "ec",
  "2b6570": "ed25519",
};
const [INTEGER, OCTETS, OBJECT, SEQUENCE] = [0x02, 0x04, 0x06, 0x30];

interface Element {
  tag: number;
  content: Buffer;
}

/** The elements that stand one after another, or null where lengths do not add up or are not the shortest (DER). */
function elementsOf(der: Buffer): Element[] | null {
  const elements: Element[] = [];
  for (let at = 0; at < der.length; ) {
    const [tag = 0, first = 0] = der.subarray(at, at + 2);
    const more = first < 0x80 ? 0 : first - 0x80;
    const from = at + 2 + more;
    if (more > 3 || first === 0x80 || from > der.length) return null;
    const length = more === 0 ? first : der.readUIntBE(at + 2, more);
    if ((more > 0 && length < Math.max(0x80, 256 ** (more - 1))) || from + length > der.length) return null;
    elements.push({ tag, content: der.subarray(from, from + length) });
    at = from + length;
  }
  return elements;
}

/** The content of element number `index` where all of these tags stand at the beginning. */
function within(der: Buffer | undefined, tags: readonly number[], index: number): Buffer | undefined {
  const elements = der && elementsOf(der);
  return elements && tags.every((tag, i) => elements[i]?.tag === tag) ? elements[index]?.content : undefined;
}

/** `rsa`, `ec`, `ed25519` or `other`; null for what is no private key. */
export function kindOf(der: Buffer): string | null {
  const key = within(der, [SEQUENCE], 0);
  if (within(key, Array(9).fill(INTEGER), 0)) return "rsa";
  if (within(key, [INTEGER, OCTETS], 0)) return "ec";
  const algorithm = within(key, [INTEGER, SEQUENCE, OCTETS], 1);
  return algorithm ? (KINDS[within(algorithm, [OBJECT], 0)?.toString("hex") ?? ""] ?? "other") : null;
}

/** How often PBKDF2 (RFC 8018) is repeated to open an encrypted key; Infinity for any other way. */
export function iterationsOf(der: Buffer): number {
  const method = within(within(der, [SEQUENCE], 0), [SEQUENCE, OCTETS], 0);
  if (within(method, [OBJECT, SEQUENCE], 0)?.toString("hex") !== PBES2) return Number.POSITIVE_INFINITY;
  const derivation = within(within(method, [OBJECT, SEQUENCE], 1), [SEQUENCE, SEQUENCE], 0);
  if (within(derivation, [OBJECT, SEQUENCE], 0)?.toString("hex") !== PBKDF2) return Number.POSITIVE_INFINITY;
  const count = within(within(derivation, [OBJECT, SEQUENCE], 1), [OCTETS, INTEGER], 1);
  return count && count.length >= 1 && count.length <= 6 ? count.readUIntBE(0, count.length) : Number.POSITIVE_INFINITY;
}
