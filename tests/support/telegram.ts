// What of Telegram's API a bot meets that sends messages: https://core.telegram.org/bots/api#sendmessage
import type { IncomingMessage, RequestListener } from "node:http";

export interface Telegram {
  listener: RequestListener;
  /** Messages that were delivered. */
  sent: { chat_id: number; text: string; parse_mode?: string }[];
  /** How often it was asked, refusals included. */
  asked: number;
  /** How many of the next messages are refused as too many (429). */
  floods: number;
}

/** Longer ones are refused. */
const LONGEST = 4_096;

export function telegram(token: string): Telegram {
  const state: Telegram = { sent: [], asked: 0, floods: 0, listener };
  async function answerTo(request: IncomingMessage) {
    state.asked++;
    if (request.url !== `/bot${token}/sendMessage`) return refusal(404, "Not Found");
    const body = await bodyOf(request);
    const { chat_id, text } = body;
    if (state.floods > 0) {
      state.floods--;
      const flood = refusal(429, "Too Many Requests: retry after 1");
      return { ...flood, body: { ...flood.body, parameters: { retry_after: 1 } } };
    }
    if (!/^-?\d+$/.test(chat_id ?? "")) return refusal(400, "Bad Request: chat not found");
    if (!text?.trim()) return refusal(400, "Bad Request: message text is empty");
    if (text.length > LONGEST) return refusal(400, "Bad Request: message is too long");
    state.sent.push({ ...body, chat_id: Number(chat_id), text: text.trim() });
    const chat = { id: Number(chat_id), type: "group", title: "Duty" };
    return { status: 200, body: { ok: true, result: { message_id: state.sent.length, date: 1, chat, text } } };
  }
  function listener(...[request, response]: Parameters<RequestListener>): void {
    void answerTo(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  }
  return state;
}

const refusal = (status: number, description: string) => ({
  status,
  body: { ok: false, error_code: status, description },
});

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = "";
  for await (const piece of request) text += piece;
  return JSON.parse(text);
}
