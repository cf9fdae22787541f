import { NextRequest } from "next/server";
import { describe, expect, it } from "vitest";
import { GET, POST } from "./route";

const context = { params: Promise.resolve({ nextauth: ["callback", "credentials"] }) };
const request = (method: string, headers: Record<string, string> = {}) =>
  new NextRequest("http://localhost:3000/api/auth/callback/credentials", {
    method,
    headers: { host: "localhost:3000", ...headers },
  });

describe("/api/auth/callback/credentials", () => {
  it.each(["GET", "HEAD"])("answers 404 to %s: a password comes by POST", async (method) => {
    const response = await GET(request(method), context);
    expect(await response.json()).toMatchObject({ status: 404, code: "not_found" });
  });

  it.each([
    ["of another site", { origin: "https://evil.example", "content-length": "2" }, 403],
    ["of another port", { origin: "http://localhost:1", "sec-fetch-site": "same-site", "content-length": "2" }, 403],
    ["without its length", { origin: "http://localhost:3000" }, 413],
    ["that is too long", { origin: "http://localhost:3000", "content-length": "16385" }, 413],
  ])("refuses a POST %s", async (_what, headers, status) => {
    expect((await POST(request("POST", headers), context)).status).toBe(status);
  });

  it("answers 600 requests of an address a minute", async () => {
    const asked = () =>
      POST(request("POST", { origin: "https://evil.example", "x-dozor-remote": "192.0.2.77" }), context);
    for (let turn = 0; turn < 600; turn += 1) await asked();
    expect((await asked()).status).toBe(429);
  });
});
