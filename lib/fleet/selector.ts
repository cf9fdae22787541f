// Reads `databases.commits_per_sec{database="shop"},cpu.usage_percent` into selectors of series. Pure.
import { AppError } from "../errors";
import type { Selector } from "../metrics/read";

/** More lines than this in one picture help nobody and would make one request cost like many. */
const MOST_SELECTORS = 50;

const METRIC = /\s*([A-Za-z_][\w.]*)\s*/y;
const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\["\\n])*)"\s*/y;
const SPACES = /\s*/y;

/**
 * Parses a comma-separated list of selectors. Label values are quoted as in Prometheus: `\"`, `\\` and `\n` escaped.
 * @throws AppError invalid, with the place in the list of what cannot be read
 */
export function parseSelectors(text: string): Selector[] {
  const reader = new Reader(text);
  const selectors: Selector[] = [];
  do {
    if (selectors.length === MOST_SELECTORS) throw invalid(`At most ${MOST_SELECTORS} metrics can be asked at once`);
    const selector = readSelector(reader);
    if (!selector || !reader.isAt(",", "")) throw unreadable(selectors.length + 1);
    selectors.push(selector);
  } while (reader.skip(","));
  return selectors;
}

function readSelector(reader: Reader): Selector | null {
  const metric = reader.read(METRIC)?.[1];
  if (metric === undefined) return null;
  if (!reader.skip("{")) return { metric };
  const labels = readLabels(reader);
  return labels && { metric, labels };
}

function readLabels(reader: Reader): Record<string, string> | null {
  const labels = new Map<string, string>();
  do {
    const [, name, value] = reader.read(LABEL) ?? [];
    if (name === undefined || value === undefined || labels.has(name)) return null;
    labels.set(name, unquoted(value));
  } while (reader.skip(","));
  if (!reader.skip("}")) return null;
  reader.read(SPACES);
  return Object.fromEntries(labels);
}

class Reader {
  #at = 0;

  constructor(private readonly text: string) {}

  /** What the (sticky) pattern finds here, which is then behind us. */
  read(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text);
    this.#at += found?.[0].length ?? 0;
    return found;
  }

  /** Whether one of the characters stands here; the empty one is the end. */
  isAt(...characters: string[]): boolean {
    return characters.includes(this.text.charAt(this.#at));
  }

  skip(character: string): boolean {
    const isHere = this.isAt(character);
    if (isHere) this.#at += 1;
    return isHere;
  }
}

function unquoted(value: string): string {
  return value.replace(/\\(.)/g, (_, found: string) => (found === "n" ? "\n" : found));
}

function unreadable(place: number): AppError {
  return invalid(`Metric ${place} of the list cannot be read; write names such as cpu.user, labels as {name="value"}`);
}

function invalid(message: string): AppError {
  return new AppError("invalid", message, { fields: [{ path: "metrics", message }] });
}
