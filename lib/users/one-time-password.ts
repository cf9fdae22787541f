import { randomInt } from "node:crypto";

const LETTERS = "abcdefghjkmnpqrstuvwxyz";
const DIGITS = "23456789";

const pick = (from: string): string => from.charAt(randomInt(from.length));

/** Each group ends with a digit, so that every rule of a password is kept. */
const group = (): string => Array.from({ length: 4 }, () => pick(LETTERS + DIGITS)).join("") + pick(DIGITS);

/** Letters and digits that cannot be taken for each other, in four groups of five: 99 bits. */
export function oneTimePassword(): string {
  const first = pick(LETTERS) + group().slice(1);
  return [first, group(), group(), group()].join("-");
}
