// Takes secrets out of whatever is about to be logged: by the names they stand under, and by what they look like. Pure.

const HIDDEN = "[hidden]";

/** Wherever such a word is part of a name, what stands under it is secret: `pg_password`, `refreshToken`, `set-cookie`. */
const SECRET_PART =
  /password|passwd|passphrase|secret|token|authorization|cookie|credential|apikey|privatekey|recoverycode|encryptionkey|connectionstring|databaseurl/;
/** Words that are secret as a whole and harmless inside others: `otp`, but not `hotplug`. */
const SECRET_WORD = /(^|_)(otp|totp|pwd|pass|pin|dsn)(_|$)/;

const WORDS = "password|passwd|passphrase|secret|token|api[_-]?key|authorization|cookie";
/** From the start of a word only: to try again behind each hyphen of a long one would take seconds. */
const NAMES = `(?<![\\w-])([\\w-]*(?:${WORDS})|(?:[\\w-]*-)?(?:pwd|otp|totp))`;
const QUOTED = `"(?:[^"\\\\]|\\\\.)*"|'(?:[^'\\\\]|\\\\.)*'`;

/** What secrets look like in running text, and what is left of them. */
const PATTERNS: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, HIDDEN],
  // Up to the last @ of the word (a longer one would be looked through again and again): a password that was pasted unencoded may hold any of `@:/`.
  [/(:\/\/[^\s:@/"']*):[^\s]{0,1024}@/g, `$1:${HIDDEN}@`],
  [/\b(bearer|basic)(\s+)[\w.~+/=-]+/gi, `$1$2${HIDDEN}`],
  [/\bdzr_[\w-]+/g, `dzr_${HIDDEN}`],
  [/\beyJ[\w-]{8,}(?:\.[\w-]*)+/g, HIDDEN],
  [new RegExp(`${NAMES}(["']?\\s*=\\s*)(?:${QUOTED}|[^\\s&;,)}\\]"']+)`, "gi"), `$1$2${HIDDEN}`],
  [new RegExp(`${NAMES}(["']?\\s*:\\s*)(?:${QUOTED})`, "gi"), `$1$2${HIDDEN}`],
];

/** Without one of these signs no pattern can match; most messages have none. */
const SUSPICIOUS = /-----BEGIN|:\/\/|bearer|basic|dzr_|eyJ|pass|pwd|secret|token|key|author|cookie|otp/i;

/** Longer texts are cut: nothing that long belongs in a log. Characters. */
const LONGEST_TEXT = 16_384;
const MOST_ENTRIES = 200;
const DEEPEST = 10;

/** The text without what looks like a secret: passwords in addresses, tokens, keys, `password=…`. */
export function redactText(text: string): string {
  const short = text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
  if (!SUSPICIOUS.test(short)) return short;
  return PATTERNS.reduce((clean, [pattern, rest]) => clean.replace(pattern, rest), short);
}

const known = new Map<string, boolean>();

/** Whether what stands under this name is a secret. */
function isSecretName(name: string): boolean {
  const cached = known.get(name);
  if (cached !== undefined) return cached;
  const words = name
    .replace(/([a-z\d])([A-Z])/g, "$1_$2")
    .replace(/[^a-zA-Z\d]+/g, "_")
    .toLowerCase();
  const secret = SECRET_PART.test(words.replaceAll("_", "")) || SECRET_WORD.test(words);
  if (known.size < 1_000) known.set(name, secret);
  return secret;
}

/**
 * A copy of any value that can be written as JSON, without secrets at any depth. Errors keep name, message, stack, code
 * and causes; cycles, what lies too deep, and more than 200 entries are left out with a word in their place.
 */
export function redact(value: unknown): unknown {
  return cleaned(value, []);
}

function cleaned(value: unknown, above: readonly object[]): unknown {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "bigint") return String(value);
  if (typeof value === "function" || typeof value === "symbol") return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (above.includes(value)) return "[circular]";
  if (above.length >= DEEPEST) return "[too deep]";
  const path = [...above, value];
  try {
    if (value instanceof Error) return cleanedError(value, path);
    if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer) return `[${value.byteLength} bytes]`;
    if (value instanceof Map)
      return cleanedEntries(
        [...value].map(([key, entry]) => [String(key), entry]),
        path,
      );
    if (Array.isArray(value) || value instanceof Set) return cleanedList([...value], path);
    if ("toJSON" in value && typeof value.toJSON === "function") return cleaned(value.toJSON(), path);
    return cleanedEntries(Object.entries(value), path);
  } catch {
    return "[unreadable]";
  }
}

function cleanedList(list: readonly unknown[], path: readonly object[]): unknown[] {
  const kept = list.slice(0, MOST_ENTRIES).map((entry) => cleaned(entry, path) ?? null);
  return list.length > MOST_ENTRIES ? [...kept, `[${list.length - MOST_ENTRIES} more]`] : kept;
}

function cleanedEntries(entries: readonly (readonly [string, unknown])[], path: readonly object[]) {
  const kept: Record<string, unknown> = {};
  for (const [key, entry] of entries.slice(0, MOST_ENTRIES)) {
    const isNothing = entry === null || entry === undefined || typeof entry === "boolean";
    kept[redactText(key)] = !isNothing && isSecretName(key) ? HIDDEN : cleaned(entry, path);
  }
  if (entries.length > MOST_ENTRIES) kept["…"] = `[${entries.length - MOST_ENTRIES} more]`;
  return kept;
}

/** `cause` and the errors of an AggregateError are own properties, but not enumerable. */
function cleanedError(error: Error, path: readonly object[]): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  return {
    type: redactText(String(name)),
    message: redactText(String(message)),
    ...(stack !== undefined && { stack: redactText(String(stack)) }),
    ...(cause !== undefined && { cause: cleaned(cause, path) }),
    ...(error instanceof AggregateError && { errors: cleanedList(error.errors, path) }),
    ...cleanedEntries(
      Object.entries(error).filter(([key]) => !["name", "message", "stack", "cause", "errors"].includes(key)),
      path,
    ),
  };
}
