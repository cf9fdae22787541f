// Text written as bytes: most of an export is numbers and times, and joining strings would cost most of its time.

const SHORT = 32;
const COMMA = 44;
const POINT = 46;
const ZERO = 48;
const MINUTE_MS = 60_000;
/** Characters of the longest doubles: -1.2345678901234567e-100. */
const MOST_OF_A_NUMBER = 26;
const MOST_OF_A_TIME = 24;

/** A piece of a document under way. */
export class ExportBytes {
  #bytes = Buffer.allocUnsafe(65_536);
  #at = 0;
  #minute = Number.NaN;
  /** `2026-01-15T10:05:` of that minute. */
  #minuteText = "";

  /** Bytes written since the last `take`. */
  get length(): number {
    return this.#at;
  }

  text(text: string): void {
    this.#room(3 * text.length);
    // A call into the buffer costs more than a few characters.
    if (text.length > SHORT || !this.#ascii(text)) this.#at += this.#bytes.write(text, this.#at);
  }

  comma(): void {
    this.#room(1);
    this.#bytes[this.#at++] = COMMA;
  }

  /** A finite number: the shortest decimal that reads as the same double, as JavaScript writes it but with the sign of zero. */
  number(value: number): void {
    this.#room(MOST_OF_A_NUMBER);
    const thousandths = Math.round(value * 1000);
    if (!(value >= 0) || Object.is(value, -0)) this.#slow(value);
    else if ((value | 0) === value) this.#integer(value);
    // At most ten digits: no other decimal as short reads as this double.
    else if (thousandths < 2 ** 31 && thousandths / 1000 === value) this.#decimal(thousandths);
    else this.#slow(value);
  }

  /** ISO 8601 in UTC with milliseconds. @param ms since the epoch, in the years 0 to 9999 */
  time(ms: number): void {
    const whole = Math.floor(ms);
    const minute = Math.floor(whole / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#minuteText = new Date(minute * MINUTE_MS).toISOString().slice(0, -"00.000Z".length);
    }
    this.#room(MOST_OF_A_TIME);
    this.text(this.#minuteText);
    const rest = whole - minute * MINUTE_MS;
    this.#digits(Math.floor(rest / 1000), 2);
    this.#bytes[this.#at++] = POINT;
    this.#digits(rest % 1000, 3);
    this.text("Z");
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    const taken = Uint8Array.prototype.slice.call(this.#bytes, 0, this.#at);
    this.#at = 0;
    return taken;
  }

  #ascii(text: string): boolean {
    for (let i = 0; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (code > 127) return false;
      this.#bytes[this.#at + i] = code;
    }
    this.#at += text.length;
    return true;
  }

  #slow(value: number): void {
    this.#at += this.#bytes.write(Object.is(value, -0) ? "-0" : `${value}`, this.#at, "latin1");
  }

  #decimal(thousandths: number): void {
    const integer = (thousandths / 1000) | 0;
    this.#integer(integer);
    this.#bytes[this.#at++] = POINT;
    this.#digits(thousandths - 1000 * integer, 3);
    while (this.#bytes[this.#at - 1] === ZERO) this.#at--;
  }

  #integer(value: number): void {
    let digits = 1;
    for (let power = 10; value >= power; power *= 10) digits++;
    this.#digits(value, digits);
  }

  #digits(value: number, count: number): void {
    let rest = value;
    for (let place = this.#at + count - 1; place >= this.#at; place--) {
      const shorter = (rest / 10) | 0;
      this.#bytes[place] = ZERO + rest - 10 * shorter;
      rest = shorter;
    }
    this.#at += count;
  }

  #room(more: number): void {
    if (this.#at + more <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#bytes.length + more));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
