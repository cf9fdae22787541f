// The rows of `stream_sources` as polls and verbs read them. The password stays sealed but where it is used.
import { createHash } from "node:crypto";
import type { Transaction } from "../../db";
import { decrypt } from "../../secrets";
import type { Credentials } from "./request";

export interface SourceRow {
  id: number;
  name: string;
  url: string;
  username: string | null;
  /** Sealed. */
  password: string | null;
  intervalSeconds: number;
}

/** For `SELECT … FROM stream_sources s`. */
export const SOURCE_COLUMNS = `s.id, s.name, s.url, s.username, s.password, s.interval_seconds AS "intervalSeconds"`;

/** Null where there is none of that number. */
export async function readSource(transaction: Transaction, id: number): Promise<SourceRow | null> {
  const rows = await transaction.$queryRawUnsafe<SourceRow[]>(
    `SELECT ${SOURCE_COLUMNS} FROM stream_sources s WHERE s.id = $1`,
    id,
  );
  return rows[0] ?? null;
}

/** Where a password is kept: one moved to another row does not decrypt. */
export const passwordPlace = (id: number): string => `stream_sources:password:${id}`;

/** The user and password of a stored source in the clear, for whoever signs in with them now; null where one is missing. */
export function credentialsOf({ id, username, password }: SourceRow): Credentials | null {
  if (username === null || password === null) return null;
  return { username, password: decrypt(password, passwordPlace(id)) };
}

const LONGEST_ID = 128;
const DIGEST_CHARACTERS = 12;

/**
 * What the channel of a mount is called: `radio:/live.mp3`. What no channel may be called becomes `%20`; of a mount that is
 * too long the end becomes a digest.
 */
export function channelIdOf(source: string, mount: string): string {
  const visible = Buffer.from(mount)
    .toString("utf8")
    .replace(/[\p{C}\p{Z}]/gu, (character) => encodeURIComponent(character));
  const characters = [...`${source}:${visible}`];
  if (characters.length <= LONGEST_ID) return characters.join("");
  const digest = createHash("sha256").update(mount).digest("hex").slice(0, DIGEST_CHARACTERS);
  return `${characters.slice(0, LONGEST_ID - DIGEST_CHARACTERS - 1).join("")}~${digest}`;
}
