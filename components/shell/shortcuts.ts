// What the keyboard can do anywhere: pure, so that dialog and listener read the same list.
import { NAVIGATION } from "./navigation";

export type Command = { type: "palette" | "sidebar" | "help" | "search" } | { type: "go"; href: string };

export interface KeyPress {
  key: string;
  code: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  /** The focus is in a field, where plain keys are text. */
  typing: boolean;
  /** Milliseconds, monotonic. */
  at: number;
}

/** How long `g` waits for its second key. */
const SEQUENCE_MS = 1_500;

/** State between two presses: when `g` was pressed, or null. */
export type Pending = number | null;

/**
 * What a key press means. Letters are taken by their place on the keyboard (`code`), so that they work in a Cyrillic
 * layout too; `?` and `/` by what they type.
 */
export function interpret(press: KeyPress, pending: Pending): { command?: Command; pending: Pending } {
  if ((press.ctrlKey || press.metaKey) && !press.altKey) {
    if (press.code === "KeyK") return { command: { type: "palette" }, pending: null };
    if (press.code === "KeyB") return { command: { type: "sidebar" }, pending: null };
    return { pending: null };
  }
  if (press.typing || press.altKey) return { pending: null };
  if (pending !== null && press.at - pending <= SEQUENCE_MS) {
    const item = NAVIGATION.find(({ key }) => press.code === `Key${key.toUpperCase()}`);
    if (item) return { command: { type: "go", href: item.href }, pending: null };
  }
  if (press.key === "?") return { command: { type: "help" }, pending: null };
  if (press.key === "/") return { command: { type: "search" }, pending: null };
  return { pending: press.code === "KeyG" ? press.at : null };
}
