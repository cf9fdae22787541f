// What a change makes of a source, and whether its password outlives it. Pure.
import type { SourceChanges } from "../source-schema";
import type { SourceRow } from "./rows";

export interface Merged {
  url: string;
  username: string | null;
  /** `stored`: as it is sealed in the row. */
  password: { is: "none" } | { is: "stored" } | { is: "new"; plain: string };
}

type Stored = Pick<SourceRow, "url" | "username" | "password">;

/** A stored password goes nowhere but where, and under which name, it was given for. */
export function mergeSource(stored: Stored | null, changes: SourceChanges): Merged | null {
  const url = changes.url ?? stored?.url;
  if (url === undefined) return null;
  const username = changes.username === undefined ? (stored?.username ?? null) : changes.username;
  if (changes.password) return { url, username, password: { is: "new", plain: changes.password } };
  const isKept =
    stored !== null &&
    stored.password !== null &&
    changes.password === undefined &&
    new URL(url).origin === new URL(stored.url).origin &&
    username === stored.username;
  return { url, username, password: { is: isKept ? "stored" : "none" } };
}
