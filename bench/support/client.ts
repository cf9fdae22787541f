// One HTTP client for all stores: connections kept, the answer read and parsed.
import http from "node:http";

const agent = new http.Agent({ keepAlive: true, maxSockets: 32 });

interface Request {
  method?: "GET" | "POST";
  headers?: Record<string, string>;
  body?: Buffer;
}

/** The answer's text. @throws Error with the answer when its status is no success */
export function request(url: string, { method = "GET", headers = {}, body }: Request = {}): Promise<string> {
  const length = body ? { "content-length": `${body.length}` } : {};
  return new Promise((resolve, reject) => {
    const sent = http.request(url, { agent, method, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("error", reject);
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString();
        const { statusCode = 0 } = response;
        if (statusCode >= 200 && statusCode < 300) resolve(text);
        else reject(new Error(`${url.slice(0, 200)} answered ${statusCode}: ${text.slice(0, 500)}`));
      });
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

export async function getJson<T>(url: string, headers: Record<string, string> = {}): Promise<T> {
  return JSON.parse(await request(url, { headers })) as T;
}

/** Closes the connections that wait, e.g. before the other side is restarted. */
export function hangUp(): void {
  agent.destroy();
}
