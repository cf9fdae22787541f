// Texts of queries for those who may not read what is in them. The rules are those of PostgreSQL's own scanner:
// https://www.postgresql.org/docs/current/sql-syntax-lexical.html. Where it could be read in two ways, the rest is hidden.

const MASK = "?";

const SPACE = /[ \t\n\r\f\v]+/y;
const LINE_COMMENT = /--[^\n\r]*/y;
const COMMENT_EDGE = /\/\*|\*\//g;
const WORD = /[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*/y;
// Letters and digits right behind a number belong to it: 0x1F, 1_000, 10ms.
const NUMBER = /(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?(?:[A-Za-z_\x80-\uffff][\w$\x80-\uffff]*)?/y;
const PARAMETER = /\$\d{1,5}(?!\d)/y;
const LONG_PARAMETER = /\$\d+/y;
const DOLLAR_TAG = /\$(?:[A-Za-z_\x80-\uffff][\w\x80-\uffff]*)?\$/y;
const IDENTIFIER = /"(?:[^"]|"")*"(?!")/y;
// Whether a backslash hides the quote behind it is a setting of the session: such a text may go on or not.
const STRING = /'(?:[^'\\]|''|\\(?!'))*'(?!')/y;
const ESCAPE_STRING = /'(?:[^'\\]|''|\\.)*'(?!')/sy;
const PREFIX = /^[ebxn]$/i;
const NOTHING = /[ \t\n\r\f\v;]*$/y;
const ENDS = /^[ \t\n\r\f\v]+|[ \t\n\r\f\v]+$/g;

/** First words of statements in which values may stand that look like names, or lines of data. */
const HEEDED: ReadonlySet<string> = new Set(["set", "alter", "create", "copy"]);
const ROLE = /^(?:role|user|group)$/;

/** What the statement has said so far that decides what its next words mean. */
interface Statement {
  /** In lower case; empty for what is no word. */
  first: string | null;
  second: string | null;
  heeded: boolean;
  /** Values that need no quotes come next: behind `SET name =` and `SET name TO`. */
  sets: boolean;
}

const newStatement = (): Statement => ({ first: null, second: null, heeded: false, sets: false });
const isWordStart = (code: number): boolean =>
  code >= 128 || (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** Goes through a text once. What it passes over is kept, unless it says otherwise. */
class Masking {
  private out = "";
  private at = 0;
  /** All before is written or left out. */
  private done = 0;
  /** The rest of the statement is left out. */
  private hidden = false;
  private statement = newStatement();

  constructor(private readonly sql: string) {}

  whole(): string {
    while (this.at < this.sql.length) this.token(this.at, this.sql.charCodeAt(this.at));
    this.replaceFrom(this.at, "");
    return this.out.replace(ENDS, "");
  }

  private token(start: number, code: number): void {
    if (isWordStart(code)) this.word(start);
    else if (isSpace(code)) this.skip(SPACE);
    else if (isDigit(code) || (code === 46 && isDigit(this.sql.charCodeAt(start + 1)))) this.number(start);
    else this.sign(start, this.sql[start] ?? "");
  }

  private sign(start: number, char: string): void {
    if (char === "'") this.literal(start, STRING);
    else if (char === '"') this.identifier(start);
    else if (char === "$") this.dollar(start);
    else if (char === ";") this.end(start);
    else if (char === "-" && this.skip(LINE_COMMENT)) this.replaceFrom(start, " ");
    else if (char === "/" && this.sql[start + 1] === "*") this.blockComment(start);
    else this.operator(char);
  }

  /** Steps over what fits here, if it does. */
  private skip(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    if (!pattern.test(this.sql)) return false;
    this.at = pattern.lastIndex;
    return true;
  }

  /** Keeps what was passed over until `start`, and leaves out the rest. */
  private replaceFrom(start: number, text: string): void {
    if (!this.hidden) this.out += this.sql.slice(this.done, start) + text;
    this.done = this.at;
  }

  /** Comments may hold anything, and part words as a space does. */
  private blockComment(start: number): void {
    let depth = 0;
    COMMENT_EDGE.lastIndex = start;
    do {
      const edge = COMMENT_EDGE.exec(this.sql)?.[0];
      if (edge === undefined) COMMENT_EDGE.lastIndex = this.sql.length;
      depth = edge === undefined ? 0 : depth + (edge === "/*" ? 1 : -1);
    } while (depth > 0);
    this.at = COMMENT_EDGE.lastIndex;
    this.replaceFrom(start, " ");
  }

  private mask(start: number): void {
    this.begin("");
    this.replaceFrom(start, MASK);
  }

  private maskRest(start: number): void {
    this.at = this.sql.length;
    this.mask(start);
  }

  private literal(start: number, pattern: RegExp): void {
    if (this.skip(pattern)) this.mask(start);
    else this.maskRest(start);
  }

  private identifier(start: number): void {
    if (this.skip(IDENTIFIER)) this.begin("");
    else this.maskRest(start);
  }

  private dollar(start: number): void {
    if (this.skip(PARAMETER)) this.begin("");
    else if (this.skip(LONG_PARAMETER)) this.mask(start);
    else if (this.skip(DOLLAR_TAG)) this.body(start, this.sql.slice(start, this.at));
    else this.operator("$");
  }

  /** Text between two dollar tags, behind the first. */
  private body(start: number, tag: string): void {
    const close = this.sql.indexOf(tag, this.at);
    this.at = close < 0 ? this.sql.length : close + tag.length;
    this.mask(start);
  }

  private number(start: number): void {
    this.skip(NUMBER);
    this.mask(start);
  }

  private word(start: number): void {
    this.skip(WORD);
    const { statement, sql, at } = this;
    if (at - start === 1 && sql[at] === "'" && PREFIX.test(sql[start] ?? "")) {
      this.literal(start, /e/i.test(sql[start] ?? "") ? ESCAPE_STRING : STRING);
    } else if (statement.second === null || statement.heeded) {
      const word = sql.slice(start, at).toLowerCase();
      this.begin(word);
      if (statement.heeded) this.heed(word);
    }
  }

  private operator(char: string): void {
    this.at += 1;
    this.begin("");
    if (char === "=" && this.statement.sets) this.hide();
  }

  private end(start: number): void {
    if (this.hidden) this.done = start;
    this.at += 1;
    this.hidden = false;
    this.statement = newStatement();
  }

  private begin(word: string): void {
    const { statement } = this;
    if (statement.first === null) {
      statement.first = word;
      statement.heeded = HEEDED.has(word);
    } else statement.second ??= word;
  }

  private heed(word: string): void {
    const { statement } = this;
    const { first } = statement;
    if (statement.sets && word === "to") this.hide();
    if (word === "set" && first !== "copy") statement.sets = true;
    const isPassword = word === "password" && first !== "set" && ROLE.test(statement.second ?? "");
    if (isPassword || (word === "stdin" && first === "copy")) this.hideRest();
  }

  /** Leaves out the rest of the statement. */
  private hide(): void {
    this.skip(SPACE);
    const isEnd = this.at >= this.sql.length || this.sql[this.at] === ";";
    this.replaceFrom(this.at, isEnd ? "" : MASK);
    this.hidden = true;
  }

  private hideRest(): void {
    if (this.skip(NOTHING)) return;
    this.skip(SPACE);
    this.maskRest(this.at);
  }
}

/**
 * A statement with each literal replaced by `?`, comments left out, and hidden from there on: values of settings, passwords
 * of roles, data behind COPY, and what cannot be told from a literal. Names stay. Takes any text; never longer than it.
 */
export function maskLiterals(sql: string): string {
  return new Masking(sql).whole();
}
