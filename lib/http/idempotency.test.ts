import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { TEST_ENVIRONMENT, useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { pool, prisma } from "../db";
import { provideEnv } from "../env";
import { AppError } from "../errors";
import { systemActor } from "../users/permissions";
import { endpoint, type Handler } from "./endpoint";
import { repeatableOf } from "./idempotency";
import { problemSchema } from "./problem";

const database = useDatabase();

let effects = 0;
const things = (more: { secretAnswer?: boolean; run?: () => Promise<Response> } = {}): Handler =>
  endpoint({
    summary: "Make a thing",
    allow: "servers:write",
    body: z.object({ name: z.string() }),
    response: z.object({ number: z.int(), name: z.string() }),
    status: 201,
    async run({ body }) {
      effects += 1;
      return { number: effects, name: body.name };
    },
    ...more,
  });

interface Asked {
  headers: Record<string, string>;
  key?: string;
  body?: unknown;
  query?: string;
}
const ask = (handler: Handler, { headers, key, body = { name: "one" }, query = "" }: Asked) =>
  handler(
    new Request(`http://localhost:3000/api/things${query}`, {
      method: "POST",
      headers: { ...headers, "content-type": "application/json", ...(key !== undefined && { "idempotency-key": key }) },
      body: JSON.stringify(body),
    }),
  );
const bearer = async (options: Parameters<typeof signedIn>[0] = {}) => signedIn({ ...options, kind: "bearer" });
const problemOf = async (response: Response) => problemSchema.parse(await response.json());
let keys = 0;
const newKey = () => `key ${++keys}`;

describe("a POST with an Idempotency-Key", () => {
  it("is carried out once, and answered alike", async () => {
    const { headers } = await bearer();
    const [make, key, before] = [things(), newKey(), effects];
    const first = await ask(make, { headers, key });
    const second = await ask(make, { headers, key });
    expect([first.status, second.status, effects]).toEqual([201, 201, before + 1]);
    expect(await second.text()).toBe(await first.text());
    expect(second.headers.get("content-type")).toBe("application/json");
    expect([first, second].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
  });

  it("is carried out each time without one, or with another one", async () => {
    const { headers } = await bearer();
    const [make, before] = [things(), effects];
    for (const key of [undefined, undefined, newKey(), newKey()]) await ask(make, { headers, ...(key && { key }) });
    expect(effects).toBe(before + 4);
  });

  it("has one effect when it comes 20 times at once", async () => {
    const { headers } = await bearer();
    const [key, before] = [newKey(), effects];
    const slow = things({
      async run() {
        effects += 1;
        await new Promise((done) => setTimeout(done, 100));
        return Response.json({ number: effects, name: "slow" }, { status: 201 });
      },
    });
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(slow, { headers, key })));
    expect(effects).toBe(before + 1);
    const refused = answers.filter(({ status }) => status === 409);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20 - refused.length);
    for (const answer of refused) {
      expect(answer.headers.get("retry-after")).toBe("1");
      expect(await problemOf(answer)).toMatchObject({ code: "idempotency_under_way" });
    }
    expect((await ask(slow, { headers, key })).status).toBe(201);
    expect(effects).toBe(before + 1);
  });

  it.each<[string, Partial<Asked>]>([
    ["another body", { body: { name: "two" } }],
    ["another query", { query: "?dry_run=true" }],
  ])("with %s is another request", async (_what, other) => {
    const { headers } = await bearer();
    const [make, key] = [things(), newKey()];
    await ask(make, { headers, key });
    const response = await ask(make, { headers, key, ...other });
    expect(response.status).toBe(422);
    expect(await problemOf(response)).toMatchObject({ code: "idempotency_key_reused" });
  });

  it("is each user's own", async () => {
    const [one, other] = [await bearer(), await bearer()];
    const [make, key, before] = [things(), newKey(), effects];
    const first = await ask(make, { headers: one.headers, key });
    const second = await ask(make, { headers: other.headers, key });
    expect(effects).toBe(before + 2);
    expect(await second.text()).not.toBe(await first.text());
  });

  it("is answered to nobody who has lost the right", async () => {
    const { user, session, headers } = await bearer({ role: "operator" });
    const [make, key] = [things(), newKey()];
    await ask(make, { headers, key });
    await prisma().user.update({ where: { id: user.id }, data: { role: "viewer" } });
    expect((await ask(make, { headers, key })).status).toBe(403);
    await prisma().user.update({ where: { id: user.id }, data: { role: "admin" } });
    expect(await problemOf(await ask(make, { headers, key }))).toMatchObject({ code: "idempotency_key_reused" });
    await prisma().session.update({ where: { id: session.id }, data: { revokedAt: new Date() } });
    expect((await ask(make, { headers, key })).status).toBe(401);
  });

  it.each([
    ["an empty key", ""],
    ["a long key", "k".repeat(201)],
    ["a key with a control character", "a\tb"],
  ])("is refused with %s", async (_what, key) => {
    const { headers } = await bearer();
    const response = await ask(things(), { headers, key });
    expect(await problemOf(response)).toMatchObject({ status: 422, errors: [{ path: "idempotency-key" }] });
  });
});

describe("what is kept of an answer", () => {
  const rowsOf = async (caller: string) =>
    (await pool().query("SELECT status, headers, body FROM idempotency WHERE caller = $1", [caller])).rows;

  it("is nothing of one that holds a secret: its repeat is told so", async () => {
    const { user, headers } = await bearer();
    const [make, key, before] = [things({ secretAnswer: true }), newKey(), effects];
    expect((await ask(make, { headers, key })).status).toBe(201);
    expect(await rowsOf(user.id)).toEqual([{ status: 201, headers: null, body: null }]);
    const repeat = await ask(make, { headers, key });
    expect([repeat.status, (await problemOf(repeat)).code]).toEqual([409, "idempotency_answer_withheld"]);
    expect(effects).toBe(before + 1);
  });

  it("is nothing of one that sets a cookie", async () => {
    const { user, headers } = await bearer();
    const run = async () => Response.json({}, { headers: { "set-cookie": "session=secret" } });
    await ask(things({ run }), { headers, key: newKey() });
    expect(await rowsOf(user.id)).toEqual([{ status: 200, headers: null, body: null }]);
  });

  it.each([new AppError("conflict", "Not now."), new Error("broken")])(
    "is nothing of a refusal: the same request may be tried again",
    async (error) => {
      const { headers } = await bearer();
      const key = newKey();
      const run = vi.fn<() => Promise<Response>>().mockRejectedValueOnce(error);
      run.mockResolvedValue(Response.json({ number: 1, name: "done" }));
      expect((await ask(things({ run }), { headers, key })).status).toBeGreaterThanOrEqual(409);
      expect((await ask(things({ run }), { headers, key })).status).toBe(200);
    },
  );

  it("is gone after 24 hours", async () => {
    const { user, headers } = await bearer();
    const [make, key, before] = [things(), newKey(), effects];
    await ask(make, { headers, key });
    await pool().query("UPDATE idempotency SET created_at = now() - interval '25 hours' WHERE caller = $1", [user.id]);
    await ask(make, { headers, key });
    expect(effects).toBe(before + 2);
  });

  it("holds the key of a request that crashed for a minute only", async () => {
    const { user, headers } = await bearer();
    const [make, key, before] = [things(), newKey(), effects];
    await ask(make, { headers, key });
    const crash = `UPDATE idempotency SET status = NULL, headers = '{"claim":"gone"}', body = NULL`;
    await pool().query(`${crash}, created_at = now() - interval '55 s' WHERE caller = $1`, [user.id]);
    expect((await ask(make, { headers, key })).status).toBe(409);
    await pool().query(`${crash}, created_at = now() - interval '61 s' WHERE caller = $1`, [user.id]);
    expect((await ask(make, { headers, key })).status).toBe(201);
    expect(effects).toBe(before + 2);
  });

  it("gives no digest by which a password in the body could be guessed without our key", async () => {
    const { user } = await bearer();
    const request = new Request("http://localhost/api/things", { method: "POST", headers: { "idempotency-key": "k" } });
    const actor = { ...systemActor(), userId: user.id };
    const [one, same] = [repeatableOf(request, actor, "secret"), repeatableOf(request, actor, "secret")];
    provideEnv({ DATABASE_URL: database.url, ...TEST_ENVIRONMENT, AUTH_SECRET: "zP5vT9wYkL5mXz2QhB8nFd6sJc4gUa7r" });
    const other = repeatableOf(request, actor, "secret");
    provideEnv({ DATABASE_URL: database.url, ...TEST_ENVIRONMENT });
    expect(same).toEqual(one);
    expect(other?.hash).not.toEqual(one?.hash);
  });
});
