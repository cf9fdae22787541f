// Looks at the frame of each message a server sends before node-postgres reads it: what lies about itself is not obeyed.
import { ProbeError } from "../probe";

/** The longest answer to one statement; 5,000 sessions with their queries take a third of it. */
const MOST_BYTES = 16 * 1024 * 1024;
/** Each column is a property of each row, so that few bytes could fill the memory: most of them have some hundred thousand. */
const MOST_COLUMNS = 200;
const MOST_ROWS = 50_000;
const HEAD_BYTES = 5;
/** Types that a backend sends to who never copies nor takes rows in portions: https://www.postgresql.org/docs/current/protocol-message-formats.html */
const KNOWN = new Set(Buffer.from("123ACDEIKNRSTZnt"));
const [ERROR, NOTICE, COLUMNS, ROW] = Buffer.from("ENTD");

/** Checks the messages of one connection as they arrive, in pieces of any size. */
export class Frames {
  private readonly head = Buffer.alloc(HEAD_BYTES);
  private headBytes = 0;
  /** Bytes of the body that are still to come. */
  private bodyBytes = 0;
  /** The last two bytes of the body so far. */
  private end = 0xffff;
  /** The first two, and how many of them are here: the number of columns of a row and of what describes rows. */
  private start = { bytes: 0, value: 0 };
  private answerBytes = 0;
  private columns = 0;
  private rows = 0;

  constructor(private readonly address: string) {}

  /** Something was sent: what comes from now on answers it. What comes unasked counts until then. */
  asked(): void {
    this.answerBytes = 0;
    this.rows = 0;
  }

  /** @throws ProbeError with the code `protocol`; the connection must not be used any more */
  accept(chunk: Buffer): void {
    this.answerBytes += chunk.length;
    if (this.answerBytes > MOST_BYTES) this.refuseLength();
    for (let at = 0; at < chunk.length; ) at = this.bodyBytes > 0 ? this.body(chunk, at) : this.header(chunk, at);
  }

  private header(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.head, this.headBytes, at, at + HEAD_BYTES - this.headBytes);
    this.headBytes += taken;
    if (this.headBytes === HEAD_BYTES) this.begin();
    return at + taken;
  }

  private begin(): void {
    const length = this.head.readUInt32BE(1);
    const type = this.head[0] ?? 0;
    if (!KNOWN.has(type) || length < 4) this.refuse();
    if (length > MOST_BYTES) this.refuseLength();
    this.bodyBytes = length - 4;
    this.end = 0xffff;
    this.start = { bytes: 0, value: 0 };
    if (this.bodyBytes === 0) this.finish();
  }

  private body(chunk: Buffer, at: number): number {
    const to = Math.min(at + this.bodyBytes, chunk.length);
    for (let byte = at; byte < to && this.start.bytes < 2; byte++, this.start.bytes++)
      this.start.value = (this.start.value << 8) | (chunk[byte] ?? 0);
    for (let byte = Math.max(at, to - 2); byte < to; byte++) this.end = ((this.end << 8) | (chunk[byte] ?? 0)) & 0xffff;
    this.bodyBytes -= to - at;
    if (this.bodyBytes === 0) this.finish();
    return to;
  }

  private finish(): void {
    this.headBytes = 0;
    const type = this.head[0];
    const empty = this.head.readUInt32BE(1) === 5 && (this.end & 0xff) === 0;
    // node-postgres reads the fields of an error until their end, and without one for ever.
    if ((type === ERROR || type === NOTICE) && this.end !== 0 && !empty) this.refuse();
    if (type === COLUMNS || type === ROW) this.count(type);
  }

  private count(type: number | undefined): void {
    const { bytes, value } = this.start;
    if (bytes < 2 || value > MOST_COLUMNS || (type === ROW && value !== this.columns)) this.refuse();
    this.columns = value;
    if (type === ROW) this.rows += 1;
    if (this.rows > MOST_ROWS) this.refuseAnswer(`${MOST_ROWS} rows`);
  }

  private refuse(): never {
    throw new ProbeError("protocol", `${this.address}: the answer is not PostgreSQL's; check the port`);
  }

  private refuseLength(): never {
    this.refuseAnswer(`${MOST_BYTES / 1024 / 1024} MB`);
  }

  private refuseAnswer(most: string): never {
    throw new ProbeError("protocol", `${this.address}: an answer of more than ${most} was refused; check the server`);
  }
}
