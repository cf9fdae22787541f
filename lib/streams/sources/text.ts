// Texts of broadcasters: in any encoding, with anything in them. Pure.

const LONGEST_CHARACTERS = 300;
/** Sequences of bytes (each a character of Latin-1) that are one character in UTF-8. */
const UTF8 = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/g;
const ABOVE_LATIN1 = /[^\0-\xff]/;

/** UTF-8 where the bytes are it, Latin-1 where they are not: answers hold both. */
export function decodeText(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return fromBytes(Buffer.from(bytes).toString("latin1"));
  }
}

const fromBytes = (latin1: string): string =>
  latin1.replace(UTF8, (character) => Buffer.from(character, "latin1").toString("utf8"));

const ENTITY = /&#(?:x([\da-f]{1,6})|(\d{1,7}));/gi;

/** What Latin-1 does not have, Icecast writes as `&#1055;`. */
const withoutEntities = (text: string): string =>
  text.replace(ENTITY, (entity, hexadecimal?: string, decimal?: string) => {
    const code = hexadecimal ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });

/**
 * One line without control characters, at most 300 characters; null where nothing is left. Icecast takes titles for Latin-1
 * unless it is told otherwise, and so turns those sent as UTF-8 into `Ð¡Ð¾Ð½`: they are turned back.
 */
export function cleanText(text: string): string | null {
  const whole = withoutEntities(ABOVE_LATIN1.test(text) ? text : fromBytes(text));
  // Lone halves of characters, which no database takes, become U+FFFD on the way.
  const line = Buffer.from(whole.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " "))
    .toString("utf8")
    .trim();
  return [...line].slice(0, LONGEST_CHARACTERS).join("").trim() || null;
}
