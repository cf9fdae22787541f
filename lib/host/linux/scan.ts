// Reads numbers out of /proc text. Whatever is not plainly there is `null`; an unfinished last line does not count.
import type { Count } from "../readings";

const SPACE = 32;
const TAB = 9;
const NEWLINE = 10;
const ZERO = 48;
/** The kernel's counters have 64 bits; longer runs of digits are garbage. */
const MOST = 2 ** 64;

/** The whole number that fills `text[from, to)` apart from blanks at its ends, or null. */
export function countIn(text: string, from: number, to: number): Count {
  let end = to;
  while (end > from && isBlank(text.charCodeAt(end - 1))) end--;
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at++;
  if (at === end) return null;
  let value = 0;
  while (at < end) {
    const digit = text.charCodeAt(at++) - ZERO;
    value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
  }
  return value <= MOST ? value : null;
}

/** The blank-separated words of `text[from, to)` as whole numbers, `null` for every other word. */
export function countsIn(text: string, from: number, to: number): Count[] {
  const counts: Count[] = [];
  let at = from;
  while (at < to) {
    let code = text.charCodeAt(at);
    if (code === SPACE || code === TAB) {
      at++;
      continue;
    }
    let value = 0;
    while (at < to && code !== SPACE && code !== TAB) {
      const digit = code - ZERO;
      value = digit >= 0 && digit <= 9 ? value * 10 + digit : Number.NaN;
      code = text.charCodeAt(++at);
    }
    counts.push(value <= MOST ? value : null);
  }
  return counts;
}

/** Calls `visit` with the borders of each finished line, until it answers `false`. */
export function eachLine(text: string, visit: (start: number, end: number) => unknown): void {
  let start = 0;
  let end = text.indexOf("\n");
  while (end >= 0) {
    if (visit(start, end) === false) return;
    start = end + 1;
    end = text.indexOf("\n", start);
  }
}

/** The first number behind `label` at the start of a finished line, e.g. `countAfter(meminfo, "MemFree:")`. */
export function countAfter(text: string, label: string): Count {
  const start = lineStart(text, label);
  if (start < 0) return null;
  const end = text.indexOf("\n", start);
  if (end < 0) return null;
  let from = start + label.length;
  while (from < end && isBlank(text.charCodeAt(from))) from++;
  let to = from;
  while (to < end && !isBlank(text.charCodeAt(to))) to++;
  return countIn(text, from, to);
}

/** Where the line that starts with `label` begins, or -1. */
export function lineStart(text: string, label: string): number {
  if (text.startsWith(label)) return 0;
  const before = text.indexOf(`\n${label}`);
  return before < 0 ? -1 : before + 1;
}

/** The text of a one-line file without its line end, or null where there is none. */
export function singleLine(text: string | null): string | null {
  if (text === null || text.charCodeAt(text.length - 1) !== NEWLINE) return null;
  return text.slice(0, -1).trim();
}

/** A one-line file that holds a whole number, e.g. `/sys/class/net/eth0/speed`; negative ones ("unknown") are null. */
export function singleCount(text: string | null): Count {
  const line = singleLine(text);
  return line === null ? null : countIn(line, 0, line.length);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}
