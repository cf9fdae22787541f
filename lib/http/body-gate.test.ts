import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, it } from "vitest";
import { bodyGate } from "./body-gate";

const LIMIT = 1_048_576;
let server: http.Server;
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** A server behind a gate that answers with the size of each body when it has come whole. */
async function listening(): Promise<number> {
  const gate = bodyGate();
  server = http.createServer((request, response) => {
    if (gate(request, response)) return;
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
    });
    request.on("end", () => response.end(String(size)));
    request.on("error", () => {});
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Begins a request of which the last byte is held back. */
function begin(port: number, headers: http.OutgoingHttpHeaders, body: Buffer, path = "/api/token?x=1") {
  const request = http.request({ port, method: "POST", path, headers, agent: false });
  const answer = new Promise<{ status: number; text: string }>((resolve) => {
    request.on("error", () => resolve({ status: 0, text: "" }));
    request.on("response", async (response) => {
      const chunks = await response.toArray().catch(() => []);
      resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() });
    });
  });
  request.write(body);
  return { answer, finish: () => request.end("x") };
}

const sent = (port: number, size: number) => {
  const { answer, finish } = begin(port, { "content-length": size }, Buffer.alloc(size - 1));
  finish();
  return answer;
};

it("lets bodies of up to 1 MiB pass, and refuses longer ones by their length alone", async () => {
  const port = await listening();
  expect(await sent(port, 10)).toEqual({ status: 200, text: "10" });
  expect(await sent(port, LIMIT)).toEqual({ status: 200, text: String(LIMIT) });
  const { answer } = begin(port, { "content-length": LIMIT + 1 }, Buffer.alloc(1));
  const { status, text } = await answer;
  expect(status).toBe(413);
  expect(JSON.parse(text)).toMatchObject({ code: "too_large", instance: "/api/token" });
  const page = (size: number) => begin(port, { "content-length": size }, Buffer.alloc(size - 1), "/login");
  expect(await page(65_537).answer).toMatchObject({ status: 413 });
  const whole = page(65_536);
  whole.finish();
  expect(await whole.answer).toMatchObject({ status: 200 });
});

it("holds 32 large bodies at once, whether they say their length or not, and small ones beside them", async () => {
  const port = await listening();
  const large = Array.from({ length: 32 }, (_, index) =>
    begin(port, index % 2 ? { "content-length": 100_000 } : { "transfer-encoding": "chunked" }, Buffer.alloc(99_999)),
  );
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(await sent(port, 100_000)).toMatchObject({ status: 503 });
  expect(await sent(port, 16_384)).toMatchObject({ status: 200 });
  for (const { finish } of large) finish();
  for (const { answer } of large) expect(await answer).toEqual({ status: 200, text: "100000" });
  expect(await sent(port, 100_000)).toMatchObject({ status: 200 });
});

it("cuts off a body that goes on without end", async () => {
  const port = await listening();
  const chunked = { "transfer-encoding": "chunked" };
  const { answer } = begin(port, chunked, Buffer.alloc(3 * LIMIT));
  expect(await answer).toEqual({ status: 0, text: "" });
  const whole = begin(port, chunked, Buffer.alloc(2 * LIMIT - 1));
  whole.finish();
  expect(await whole.answer).toEqual({ status: 200, text: String(2 * LIMIT) });
});
