// An answer of a text that was made here: as a `Response`, with its stream, it would cost more than all that led to it.
import type { MadeText } from "../made-text";

/** Has what is asked of a `Response` before it goes out; our own server sends it as it is. */
export class TextAnswer {
  readonly headers: Map<string, string>;
  readonly bytes: number;

  constructor(
    readonly made: MadeText,
    readonly status = 200,
    headers: Record<string, string> = {},
  ) {
    this.bytes = Buffer.byteLength(made.text);
    this.headers = new Map([
      ["content-type", "application/json"],
      ["content-length", `${this.bytes}`],
    ]);
    for (const [name, value] of Object.entries(headers)) this.headers.set(name, value);
  }

  toResponse(): Response {
    return new Response(this.made.text, { status: this.status, headers: [...this.headers] });
  }
}

/** An answer of a JSON text that was made before. */
export const jsonText = (made: MadeText): TextAnswer => new TextAnswer(made);
