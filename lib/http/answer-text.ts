// The text of an answer that was made here, for whoever sends it himself: through its stream it would be copied three times.
const texts = new WeakMap<Response, string>();

/** Notes what an answer's body says. */
export function noteText(response: Response, text: string): Response {
  texts.set(response, text);
  return response;
}

/** What the body of an answer says, where it was noted. */
export const textOf = (response: Response): string | undefined => texts.get(response);

/** An answer of a JSON text that was made before. */
export function jsonText(text: string): Response {
  const headers = { "content-type": "application/json", "content-length": `${Buffer.byteLength(text)}` };
  return noteText(new Response(text, { headers }), text);
}
