import http from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { gunzipSync } from "node:zlib";
import { afterEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { TEST_ENVIRONMENT } from "../../tests/support/database";
import { provideEnv } from "../env";
import { AppError } from "../errors";
import type { AskedRequest } from "./asked";
import { directLane } from "./direct";
import { endpoint } from "./endpoint";
import { DATA_POLICY } from "./security-headers";

provideEnv({ DATABASE_URL: "postgresql://localhost:1/none", ...TEST_ENVIRONMENT });

const echo = endpoint({
  summary: "Gives back what came in",
  allow: "public",
  query: z.object({ word: z.string().default("none"), times: z.coerce.number().int().max(10_000).default(1) }),
  response: z.object({ words: z.array(z.string()), agent: z.string().nullable() }),
  run: ({ query, request }) => {
    if (query.word === "secret") throw new AppError("forbidden", "Not that word");
    if (query.word === "broken") throw new Error("a secret of ours");
    return { words: Array(query.times).fill(query.word), agent: request.headers.get("user-agent") };
  },
});

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

let server: http.Server | undefined;
afterEach(() => server?.closeAllConnections());

async function serve(routes: Parameters<typeof directLane>[0], options?: { heads: boolean }): Promise<string> {
  const direct = directLane(routes, options);
  server = http.createServer((request, response) => {
    if (!direct(request, response)) response.writeHead(418).end();
  });
  await new Promise<void>((done) => server?.listen(0, "127.0.0.1", done));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function ask(url: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, options, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on("error", reject).end();
  });
}

describe("directLane", () => {
  it.each([
    ["a word", "?word=caf%C3%A9&times=3"],
    ["a value that breaks a rule", "?times=many"],
    ["a refusal", "?word=secret"],
    ["a failure, of which it says nothing", "?word=broken"],
  ])("answers as the route itself: %s", async (_, query) => {
    const url = `${await serve({ "/api/echo": echo })}/api/echo${query}`;
    const given = await ask(url, { headers: { "user-agent": "test", "x-dozor-remote": "192.0.2.9" } });
    const wanted = await echo(new Request(url, { headers: { "user-agent": "test", "x-dozor-remote": "192.0.2.9" } }));
    expect(given.status).toBe(wanted.status);
    expect(JSON.parse(given.body.toString())).toEqual(await wanted.json());
    for (const [name, value] of wanted.headers) {
      if (name === "x-request-id") expect(given.headers[name]).toMatch(/^[0-9a-f-]{36}$/);
      else expect(given.headers[name]).toBe(value);
    }
    expect(given.headers["content-security-policy"]).toBe(DATA_POLICY);
  });

  it.each([
    ["another path", "/api/other", "GET"],
    ["a path below", "/api/echo/more", "GET"],
    ["HEAD", "/api/echo", "HEAD"],
    ["OPTIONS", "/api/echo", "OPTIONS"],
    ["POST", "/api/echo", "POST"],
  ])("leaves %s to Next", async (_, path, method) => {
    expect((await ask((await serve({ "/api/echo": echo })) + path, { method })).status).toBe(418);
  });

  it("takes HEAD where it is told to, and gives no body", async () => {
    const url = await serve({ "/api/echo": echo }, { heads: true });
    const { status, headers, body } = await ask(`${url}/api/echo?word=one`, { method: "HEAD" });
    expect([status, headers["content-type"], body.length]).toEqual([200, "application/json", 0]);
    expect((await ask(`${url}/api/echo`, { method: "POST" })).status).toBe(418);
  });

  it.each(["user:password@host", "host/elsewhere", "host?word=other", "a b", "[::1", ""])(
    "takes a Host header for nothing but a header: %j",
    async (host) => {
      const { status, body } = await ask(`${await serve({ "/api/echo": echo })}/api/echo?word=own`, {
        headers: { host },
      });
      expect([status, JSON.parse(body.toString()).words]).toEqual([200, ["own"]]);
    },
  );

  it("gives each cookie a line of its own", async () => {
    const both = new Headers([
      ["set-cookie", "a=1; Path=/"],
      ["set-cookie", "b=2; Path=/"],
    ]);
    const url = await serve({ "/api/cookies": async () => new Response("{}", { headers: both }) });
    expect((await ask(`${url}/api/cookies`)).headers["set-cookie"]).toEqual(["a=1; Path=/", "b=2; Path=/"]);
  });

  it("compresses what is long, for those who can read it", async () => {
    const url = `${await serve({ "/api/echo": echo })}/api/echo?times=2000`;
    const plain = await ask(url);
    const packed = await ask(url, { headers: { "accept-encoding": "br, gzip" } });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", vary: "Accept-Encoding" });
    expect(packed.body.length).toBeLessThan(plain.body.length / 10);
    expect(gunzipSync(packed.body)).toEqual(plain.body);
    // Characters of more than one byte, with and without compression.
    const foreign = `${url}&word=caf%C3%A9%20%E2%82%AC`;
    const written = await ask(foreign);
    expect(JSON.parse(written.body.toString()).words[1999]).toBe("café €");
    expect(Number(written.headers["content-length"])).toBe(written.body.length);
    expect(gunzipSync((await ask(foreign, { headers: { "accept-encoding": "gzip" } })).body)).toEqual(written.body);
    const short = await ask(url.replace("2000", "2"), { headers: { "accept-encoding": "gzip" } });
    expect(short.headers["content-encoding"]).toBeUndefined();
  });
});

/** A route that streams pieces of 64 kB for ever; `made` counts them. */
function endless() {
  const state = { made: 0, stopped: false };
  const handler = endpoint({
    summary: "Streams",
    allow: "public",
    run: () =>
      new Response(
        new ReadableStream({
          pull(controller) {
            state.made++;
            controller.enqueue(new Uint8Array(65_536));
          },
          cancel() {
            state.stopped = true;
          },
        }),
        { headers: { "content-type": "application/octet-stream" } },
      ),
  });
  return { state, handler };
}

describe("directLane with a stream", () => {
  it("says no length of what it compresses on its way", async () => {
    const text = "some words\n".repeat(1_000);
    const headers = { "content-type": "text/csv", "content-length": String(text.length) };
    const url = `${await serve({ "/api/text": async () => new Response(text, { headers }) })}/api/text`;
    const packed = await ask(url, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers).toMatchObject({ "content-encoding": "gzip", "transfer-encoding": "chunked" });
    expect(gunzipSync(packed.body).toString()).toBe(text);
    expect((await ask(url)).body.toString()).toBe(text);
  });

  it("makes no more than the client takes, and stops when it leaves", async () => {
    const { state, handler } = endless();
    const url = `${await serve({ "/api/stream": handler })}/api/stream`;
    const request = http.get(url, (response) => response.once("data", () => response.pause()));
    request.on("error", () => {});
    await vi.waitFor(() => expect(state.made).toBeGreaterThan(1));
    await sleep(200);
    const made = state.made;
    await sleep(200);
    expect(state.made).toBe(made);
    request.destroy();
    await vi.waitFor(() => expect(state.stopped).toBe(true));
  });

  it("makes nothing for a client that left before the answer, and tells whatever would make it", async () => {
    const { state, handler } = endless();
    let answer = () => {};
    const slow = async (request: AskedRequest) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      return handler(request);
    };
    const request = http.get(`${await serve({ "/api/stream": slow })}/api/stream`);
    request.on("error", () => {});
    await sleep(100);
    request.destroy();
    await sleep(100);
    answer();
    await vi.waitFor(() => expect(state.stopped).toBe(true));
    expect(state.made).toBeLessThan(4);
  });

  it("tells a route that the client left, whenever it looks", async () => {
    const seen: boolean[] = [];
    let answer = () => {};
    const slow = async (request: AskedRequest) => {
      if (seen.length === 0) request.signal.addEventListener("abort", () => answer(), { once: true });
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      seen.push(request.signal.aborted);
      return new Response(null);
    };
    const url = `${await serve({ "/api/slow": slow })}/api/slow`;
    const leave = async () => {
      const request = http.get(url);
      request.on("error", () => {});
      const before = answer;
      await vi.waitFor(() => expect(answer).not.toBe(before));
      request.destroy();
    };
    await leave();
    await vi.waitFor(() => expect(seen).toEqual([true]));
    // This one looks for the first time long after.
    await leave();
    await sleep(100);
    answer();
    await vi.waitFor(() => expect(seen).toEqual([true, true]));
  });

  it("breaks the connection off where the stream fails: what ends well is complete", async () => {
    const failing = endpoint({
      summary: "Fails",
      allow: "public",
      run: () =>
        new Response(
          new ReadableStream({
            pull(controller) {
              controller.enqueue(new Uint8Array(10));
              controller.error(new Error("no more"));
            },
          }),
        ),
    });
    await expect(ask(`${await serve({ "/api/stream": failing })}/api/stream`)).rejects.toThrow();
  });
});
