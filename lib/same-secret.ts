// Holds a secret that somebody brings against the one that is known.
import { createHash, timingSafeEqual } from "node:crypto";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Takes the same time for every wrong text, of whatever length: it compares digests. */
export const isSameSecret = (given: string, known: string): boolean => timingSafeEqual(digest(given), digest(known));
