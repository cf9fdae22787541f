// Reads JSON as Icecast writes it: with titles that no JSON holds. Never fails, and is linear in the length of the text.

/** Numbers, `true` and other bare words stay the texts that they are: a title may be `1.0`. */
export type Loose = string | null | Loose[] | { [name: string]: Loose };

const DEEPEST = 32;
/** What stands behind the quote that ends a name, or a value: any other quote is part of the text. */
const AFTER_NAME = /\s*:/y;
const AFTER_VALUE = /\s*(?:,\s*"(?:[^"\\]|\\.){0,200}"\s*:|}|$)/sy;
const AFTER_ENTRY = /\s*(?:[,\]]|$)/y;
const BARE = /[^,}\]\n]*/y;
const SPACE = /\s*/y;
const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** The value, and whether the text went on to its end: one that was cut off lacks the rest. */
export function looseJson(text: string): { value: Loose; complete: boolean } {
  const reader = new Reader(text);
  const value = reader.value(0, AFTER_VALUE);
  return { value, complete: reader.complete };
}

class Reader {
  private at = 0;
  complete = true;

  constructor(private readonly text: string) {}

  value(depth: number, after: RegExp): Loose {
    this.take(SPACE);
    const first = this.text[this.at];
    if (depth < DEEPEST && first === "{") return this.object(depth + 1);
    if (depth < DEEPEST && first === "[") return this.list(depth + 1);
    if (first === '"') return this.string(after);
    if (first === undefined) this.complete = false;
    const word = this.take(BARE).trim();
    return word === "" || word === "null" ? null : word;
  }

  private object(depth: number): Loose {
    // Without a prototype: `__proto__` is a name like any other.
    const entries: Record<string, Loose> = Object.create(null);
    this.at += 1;
    while (this.hasMore("}")) {
      if (this.text[this.at] !== '"') {
        this.at += 1;
        continue;
      }
      const name = this.string(AFTER_NAME);
      this.take(AFTER_NAME);
      entries[name] = this.value(depth, AFTER_VALUE);
    }
    return entries;
  }

  private list(depth: number): Loose {
    const entries: Loose[] = [];
    this.at += 1;
    while (this.hasMore("]")) {
      const before = this.at;
      entries.push(this.value(depth, AFTER_ENTRY));
      if (this.at === before) this.at += 1;
    }
    return entries;
  }

  /** Goes to the next entry; false behind the end. */
  private hasMore(end: string): boolean {
    this.take(SPACE);
    while (this.text[this.at] === ",") {
      this.at += 1;
      this.take(SPACE);
    }
    if (this.at >= this.text.length) {
      this.complete = false;
      return false;
    }
    if (this.text[this.at] !== end) return true;
    this.at += 1;
    return false;
  }

  private string(after: RegExp): string {
    const parts: string[] = [];
    let from = ++this.at;
    for (; this.at < this.text.length; this.at += 1) {
      const character = this.text[this.at];
      if (character === "\\") {
        parts.push(this.text.slice(from, this.at), this.escape());
        from = this.at + 1;
      } else if (character === '"' && this.isNext(after, this.at + 1)) {
        parts.push(this.text.slice(from, this.at));
        this.at += 1;
        return parts.join("");
      }
    }
    this.complete = false;
    return parts.join("") + this.text.slice(from);
  }

  /** Stays on the last character of it. */
  private escape(): string {
    const letter = this.text[++this.at] ?? "";
    const code = letter === "u" ? /^[\da-f]{4}/i.exec(this.text.slice(this.at + 1, this.at + 5))?.[0] : undefined;
    if (code === undefined) return ESCAPED[letter] ?? letter;
    this.at += 4;
    return String.fromCharCode(Number.parseInt(code, 16));
  }

  private isNext(pattern: RegExp, at: number): boolean {
    pattern.lastIndex = at;
    return pattern.test(this.text);
  }

  private take(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const [found = ""] = pattern.exec(this.text) ?? [];
    this.at += found.length;
    return found;
  }
}
