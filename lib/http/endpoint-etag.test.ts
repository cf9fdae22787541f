import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { requireMatch } from "../etag";
import { endpoint } from "./endpoint";

useDatabase();

let thing = { name: "one" };
const GET = endpoint({
  summary: "A thing",
  allow: "servers:read",
  etag: true,
  response: z.object({ name: z.string() }),
  run: () => thing,
});
const PUT = endpoint({
  summary: "Change a thing",
  allow: "servers:write",
  body: z.object({ name: z.string() }),
  response: z.object({ name: z.string() }),
  refusals: [412],
  run({ body, request }) {
    requireMatch(request.headers.get("if-match"), thing);
    thing = body;
    return thing;
  },
});

let session: Record<string, string> = {};
beforeAll(async () => {
  session = (await signedIn({ kind: "bearer" })).headers;
});
const get = (headers: Record<string, string> = {}) =>
  GET(new Request("http://localhost/api/thing", { headers: { ...session, ...headers } }));
const put = (name: string, ifMatch: string) =>
  PUT(
    new Request("http://localhost/api/thing", {
      method: "PUT",
      headers: { ...session, "content-type": "application/json", "if-match": ifMatch },
      body: JSON.stringify({ name }),
    }),
  );

describe("entity tags", () => {
  it("spare the answer for whoever has it", async () => {
    const tag = (await get()).headers.get("etag") ?? "";
    const same = await get({ "if-none-match": tag });
    expect([same.status, await same.text(), same.headers.get("etag")]).toEqual([304, "", tag]);
    expect((await get({ "if-none-match": '"other"' })).status).toBe(200);
  });

  it("let the first of two changes in, and tell the second that it saw an old state", async () => {
    const tag = (await get()).headers.get("etag") ?? "";
    expect((await put("two", tag)).status).toBe(200);
    const second = await put("three", tag);
    expect(second.status).toBe(412);
    expect(await second.json()).toMatchObject({ code: "precondition_failed" });
    expect(await (await get()).json()).toEqual({ name: "two" });
    expect((await get({ "if-none-match": tag })).status).toBe(200);
  });
});
