// The text of an answer that was made here, for whoever sends it himself: through its stream it would be copied three times.

import type { MadeText } from "../made-text";

const texts = new WeakMap<Response, MadeText>();

/** Notes what an answer's body says. */
export function noteText(response: Response, text: string | MadeText): Response {
  texts.set(response, typeof text === "string" ? { text } : text);
  return response;
}

/** What the body of an answer says, where it was noted. */
export const textOf = (response: Response): MadeText | undefined => texts.get(response);

/** An answer of a JSON text that was made before. */
export function jsonText(made: MadeText): Response {
  const headers = { "content-type": "application/json", "content-length": `${Buffer.byteLength(made.text)}` };
  return noteText(new Response(made.text, { headers }), made);
}
