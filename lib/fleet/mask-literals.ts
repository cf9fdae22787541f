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

const ROLE = /^(?:role|user|group)$/;

/** What the statement has said so far that decides what its next words mean. */
interface Statement {
  /** In lower case; empty for what is no word. */
  first: string | null;
  second: string | null;
  /** Values that need no quotes come next: behind `SET name =` and `SET name TO`. */
  sets: boolean;
  hidden: boolean;
}

const newStatement = (): Statement => ({ first: null, second: null, sets: false, hidden: false });

class Masking {
  private readonly out: string[] = [];
  private at = 0;
  private statement = newStatement();

  constructor(private readonly sql: string) {}

  whole(): string {
    while (this.at < this.sql.length) this.token();
    return this.out.join("").replace(ENDS, "");
  }

  private token(): void {
    const { sql } = this;
    const char = sql[this.at] ?? "";
    const two = sql.slice(this.at, this.at + 2);
    if (this.take(SPACE)) this.space();
    else if (two === "--") this.comment(this.match(LINE_COMMENT)?.length ?? 2);
    else if (two === "/*") this.blockComment();
    else if (char === "'") this.literal(STRING);
    else if (char === '"') this.identifier();
    else if (char === "$") this.dollar();
    else if (char === ";") this.end();
    else if (!this.number() && !this.word()) this.operator(char);
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    return pattern.exec(this.sql)?.[0];
  }

  private taken = "";

  /** Steps over what fits; `taken` is it. */
  private take(pattern: RegExp): boolean {
    const found = this.match(pattern);
    if (found === undefined) return false;
    this.taken = found;
    this.at += found.length;
    return true;
  }

  private write(text: string): void {
    if (!this.statement.hidden) this.out.push(text);
  }

  private space(): void {
    this.write(this.taken);
  }

  /** It may hold anything, and parts words as a space does. */
  private comment(length: number): void {
    this.at += length;
    this.write(" ");
  }

  private blockComment(): void {
    let depth = 0;
    COMMENT_EDGE.lastIndex = this.at;
    do {
      const edge = COMMENT_EDGE.exec(this.sql)?.[0];
      if (edge === undefined) COMMENT_EDGE.lastIndex = this.sql.length;
      depth = edge === undefined ? 0 : depth + (edge === "/*" ? 1 : -1);
    } while (depth > 0);
    this.comment(COMMENT_EDGE.lastIndex - this.at);
  }

  private mask(): void {
    this.begin("");
    this.write(MASK);
  }

  private maskRest(): void {
    this.mask();
    this.at = this.sql.length;
  }

  private literal(pattern: RegExp): void {
    if (this.take(pattern)) this.mask();
    else this.maskRest();
  }

  private identifier(): void {
    if (this.take(IDENTIFIER)) this.plain(this.taken);
    else this.maskRest();
  }

  private dollar(): void {
    if (this.take(PARAMETER)) this.plain(this.taken);
    else if (this.take(LONG_PARAMETER)) this.mask();
    else if (this.take(DOLLAR_TAG)) this.body(this.taken);
    else this.operator("$");
  }

  /** Text between two dollar tags, behind the first. */
  private body(tag: string): void {
    const close = this.sql.indexOf(tag, this.at);
    if (close >= 0) this.at = close + tag.length;
    else this.at = this.sql.length;
    this.mask();
  }

  private number(): boolean {
    if (!this.take(NUMBER)) return false;
    this.mask();
    return true;
  }

  private word(): boolean {
    if (!this.take(WORD)) return false;
    const word = this.taken;
    if (this.sql[this.at] === "'" && PREFIX.test(word)) {
      this.literal(/e/i.test(word) ? ESCAPE_STRING : STRING);
    } else {
      this.begin(word.toLowerCase());
      this.write(word);
      this.heed(word.toLowerCase());
    }
    return true;
  }

  private operator(char: string): void {
    this.at += char.length;
    this.plain(char);
    if (char === "=" && this.statement.sets) this.hide();
  }

  private plain(text: string): void {
    this.begin("");
    this.write(text);
  }

  private end(): void {
    this.at += 1;
    this.statement = newStatement();
    this.out.push(";");
  }

  private begin(word: string): void {
    const { statement } = this;
    if (statement.first === null) statement.first = word;
    else statement.second ??= word;
  }

  /** Words behind which values may stand that look like names, or lines of data. */
  private heed(word: string): void {
    const { statement } = this;
    const changes = statement.first === "alter" || statement.first === "create";
    if (statement.sets && word === "to") this.hide();
    if (word === "set" && (changes || statement.first === word)) statement.sets = true;
    const isPassword = word === "password" && changes && ROLE.test(statement.second ?? "");
    if (isPassword || (word === "stdin" && statement.first === "copy")) this.hideRest();
  }

  /** Hides the rest of the statement. */
  private hide(): void {
    if (this.statement.hidden) return;
    if (this.take(SPACE)) this.space();
    if (this.at < this.sql.length && this.sql[this.at] !== ";") this.write(MASK);
    this.statement.hidden = true;
  }

  private hideRest(): void {
    if (this.match(NOTHING) !== undefined) return;
    if (this.take(SPACE)) this.space();
    this.maskRest();
  }
}

/**
 * A statement with each literal replaced by `?`, comments left out, and hidden from there on: values of settings, passwords
 * of roles, data behind COPY, and what cannot be told from a literal. Names stay. Takes any text; never longer than it.
 */
export function maskLiterals(sql: string): string {
  return new Masking(sql).whole();
}
