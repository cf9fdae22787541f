// Sources of streams over the API, with a real Icecast and servers that are none.
import type { RequestListener } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { pool } from "@/lib/db";
import { decrypt } from "@/lib/secrets";
import { type StreamSource, sourceTestSchema, streamSourceSchema } from "@/lib/streams/source-schema";
import { pollDueSources } from "@/lib/streams/sources/turn";
import type { Role } from "@/lib/users/permissions";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { ADMIN, type Icecast, startIcecast } from "../support/icecast";
import { useServers } from "../support/served";
import { signedIn } from "../support/users";

useDatabase();
const headers = {} as Record<Role, Record<string, string>>;
let icecast: Icecast;
beforeAll(async () => {
  icecast = await startIcecast();
  for (const role of ["admin", "operator", "viewer"] as const)
    headers[role] = (await signedIn({ role, kind: "bearer" })).headers;
});
afterAll(() => icecast.remove());
beforeEach(() => pool().query("DELETE FROM channels; DELETE FROM stream_sources; DELETE FROM throttle"));

const BASE = "/api/stream-sources";
interface Asked {
  as?: Role;
  body?: unknown;
  more?: Record<string, string>;
}
function ask(method: string, path: string, { as = "operator", body, more }: Asked = {}): Promise<Response> {
  const type = body !== undefined && { "content-type": "application/json" };
  const init = { method, headers: { ...headers[as], ...type, ...more } };
  return callApi(`${BASE}${path}`, { ...init, ...(body !== undefined && { body: JSON.stringify(body) }) });
}
async function answered<T>(answer: Promise<Response>, schema: { parse(value: unknown): T }, status = 200): Promise<T> {
  const response = await answer;
  const text = await response.text();
  expect(response.status, text).toBe(status);
  expect(text).not.toContain(ADMIN.password);
  return schema.parse(JSON.parse(text));
}
const create = (more: object = {}): Promise<StreamSource> =>
  answered(
    ask("POST", "", { body: { name: "radio", url: icecast.url, ...ADMIN, ...more } }),
    streamSourceSchema.strict(),
    201,
  );
const change = (id: number, body: object, more = {}) => ask("PATCH", `/${id}`, { body, ...more });
const changed = (id: number, body: object) => answered(change(id, body), streamSourceSchema.strict());
const tested = (body: object) => answered(ask("POST", "/test", { body }), sourceTestSchema.strict());
async function refused(answer: Promise<Response>, status: number): Promise<string[]> {
  const response = await answer;
  const problem = await response.json();
  expect(response.status, JSON.stringify(problem)).toBe(status);
  return (problem.errors ?? []).map(({ path }: { path: string }) => path);
}
const passwordOf = async (id: number): Promise<string | null> => {
  const { rows } = await pool().query("SELECT password FROM stream_sources WHERE id = $1", [id]);
  const sealed = rows[0]?.password ?? null;
  return sealed && decrypt(sealed, `stream_sources:password:${id}`);
};

describe("sources of streams", () => {
  it("are made, shown, changed and deleted, with an entry in the audit log that holds no secret", async () => {
    const made = await create();
    expect(made).toMatchObject({
      ...{ name: "radio", kind: "icecast", url: icecast.url, username: "admin", has_secret: true, enabled: true },
      ...{ interval_seconds: 5, state: "waiting", failures: 0, error: null, error_code: null, channels: 0 },
    });
    expect(await passwordOf(made.id)).toBe(ADMIN.password);
    const list = await (await ask("GET", "", { as: "viewer" })).json();
    expect(list).toEqual([made]);
    expect(await changed(made.id, { interval_seconds: 9, enabled: false })).toMatchObject({
      ...{ interval_seconds: 9, enabled: false, state: "disabled", has_secret: true },
    });
    expect((await ask("DELETE", `/${made.id}`)).status).toBe(200);
    expect(await refused(ask("GET", `/${made.id}`), 404)).toEqual([]);
    const { rows } = await pool().query<{ event_type: string; details: object }>(
      "SELECT event_type, details FROM audit_log WHERE event_type LIKE 'stream_source_%' ORDER BY id",
    );
    expect(rows.map(({ event_type }) => event_type.slice(14))).toEqual(["created", "updated", "deleted"]);
    expect(rows[1]?.details).toEqual({ interval_seconds: { old: 5, new: 9 }, enabled: { old: true, new: false } });
    expect(JSON.stringify(rows)).not.toContain(ADMIN.password);
  });

  it("belong to operators; everybody sees them", async () => {
    const { id } = await create();
    const as = "viewer";
    expect((await ask("GET", `/${id}`, { as })).status).toBe(200);
    await refused(ask("POST", "", { as, body: { name: "other", url: "http://localhost" } }), 403);
    await refused(change(id, { enabled: false }, { as }), 403);
    await refused(ask("DELETE", `/${id}`, { as }), 403);
    await refused(ask("POST", "/test", { as, body: { url: icecast.url } }), 403);
  });

  it.each([
    [{ name: "two words" }, "name"],
    [{ name: "a:b" }, "name"],
    [{ name: "" }, "name"],
    [{ name: "x".repeat(33) }, "name"],
    [{ url: "ftp://localhost" }, "url"],
    [{ url: "localhost:8000" }, "url"],
    [{ url: "http://user:pass@localhost" }, "url"],
    [{ url: "http://localhost/?a=b" }, "url"],
    [{ url: "http://localhost/#a" }, "url"],
    [{ url: `http://localhost/${"x".repeat(500)}` }, "url"],
    [{ username: "a:b" }, "username"],
    [{ username: "a\nb" }, "username"],
    [{ password: "a\0b" }, "password"],
    [{ password: "x".repeat(1_025) }, "password"],
    [{ interval_seconds: 0 }, "interval_seconds"],
    [{ interval_seconds: 61 }, "interval_seconds"],
    [{ interval_seconds: 1.5 }, "interval_seconds"],
    [{ enabled: "yes" }, "enabled"],
  ])("refuse %j by its field, new or changed", async (wrong, field) => {
    const { id } = await create();
    expect(await refused(ask("POST", "", { body: { name: "other", url: "http://localhost", ...wrong } }), 422)).toEqual(
      [field],
    );
    expect(await refused(change(id, wrong), 422)).toEqual([field]);
  });

  it("have a name each, and are not overwritten unseen", async () => {
    const { id } = await create();
    await create({ name: "other" });
    expect(await refused(ask("POST", "", { body: { name: "radio", url: "http://localhost" } }), 409)).toEqual(["name"]);
    expect(await refused(change(id, { name: "other" }), 409)).toEqual(["name"]);
    const etag = (await ask("GET", `/${id}`)).headers.get("etag") ?? "";
    const more = { "if-match": etag };
    // What a poll tells is no change.
    await pool().query("UPDATE stream_sources SET polled_at = now(), failures = 3, error = 'x' WHERE id = $1", [id]);
    expect((await change(id, { interval_seconds: 7 }, { more })).status).toBe(200);
    await refused(change(id, { interval_seconds: 8 }, { more }), 412);
    await refused(ask("DELETE", `/${id}`, { more }), 412);
  });

  it("send a stored password nowhere but where, and under which name, it was given for", async () => {
    const { id } = await create();
    expect((await changed(id, { url: `${icecast.url}/below` })).has_secret).toBe(true);
    expect((await changed(id, { password: null })).has_secret).toBe(false);
    for (const elsewhere of [{ url: "http://localhost:1" }, { url: "https://127.0.0.1" }, { username: "other" }]) {
      await changed(id, { url: icecast.url, ...ADMIN });
      expect((await changed(id, elsewhere)).has_secret, JSON.stringify(elsewhere)).toBe(false);
      expect(await passwordOf(id)).toBeNull();
    }
    expect((await changed(id, { url: "http://localhost:1", password: "new" })).has_secret).toBe(true);
  });

  it("give their channels their new name, unless others have it", async () => {
    const { id } = await create();
    const stream = await icecast.send("/live.mp3");
    await polled(async () => expect((await channels()).map(([name]) => name)).toEqual(["radio:/live.mp3"]));
    const [before] = await channels();
    await changed(id, { name: "station" });
    expect(await channels()).toEqual([["station:/live.mp3", before?.[1]]]);
    await pool().query(
      "WITH s AS (INSERT INTO subject (kind) VALUES ('channel') RETURNING id) INSERT INTO channels (id, channel_id) SELECT id, 'taken:/live.mp3' FROM s",
    );
    expect(await refused(change(id, { name: "taken" }), 409)).toEqual(["name"]);
    expect((await ask("DELETE", `/${id}`)).status).toBe(200);
    expect(await channels()).toHaveLength(2);
    await stream.close();
  });
});

const channels = async (): Promise<[string, number][]> => {
  const { rows } = await pool().query("SELECT channel_id, id FROM channels ORDER BY channel_id");
  return rows.map(({ channel_id, id }) => [channel_id, id]);
};

const polled = (check: () => Promise<void>) =>
  vi.waitFor(
    async () => {
      await pool().query("UPDATE stream_sources SET polled_at = NULL");
      await pollDueSources();
      await check();
    },
    { timeout: 10_000, interval: 50 },
  );

const serve = useServers();

describe("a test", () => {
  it("shows what is on air, and whether sources can be ended", async () => {
    const stream = await icecast.send("/live.mp3");
    await vi.waitFor(async () => {
      const answer = await tested({ url: icecast.url, ...ADMIN });
      expect(answer).toMatchObject({ success: true, code: null, server: "Icecast 2.4.4", admin: "ok" });
      expect(answer.mounts).toEqual([
        { mount: "/live.mp3", on_air: true, title: null, listeners: 0, bitrate_kbps: 128, codec: "MP3" },
      ]);
    }, 10_000);
    expect(await tested({ url: icecast.url, ...ADMIN, password: "wrong" })).toMatchObject({ admin: "refused" });
    expect(await tested({ url: icecast.url })).toMatchObject({ success: true, admin: "not_given" });
    expect((await channels()).length).toBe(0);
    await stream.close();
  });

  it("uses the stored password only where saving would keep it", async () => {
    const { id } = await create();
    expect(await tested({ id })).toMatchObject({ admin: "ok" });
    expect(await tested({ id, username: "other" })).toMatchObject({ admin: "not_given" });
    const asked: (string | undefined)[] = [];
    const other = await serve((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{"icestats":{}}');
    });
    expect(await tested({ id, url: other })).toMatchObject({ success: true, admin: "not_given" });
    expect(asked).toEqual([undefined]);
    expect(await refused(ask("POST", "/test", { body: {} }), 422)).toEqual(["url"]);
    await refused(ask("POST", "/test", { body: { id: 2_000_000_000 } }), 404);
  });

  it("says why, within its bounds, where no Icecast answers", async () => {
    const reached: string[] = [];
    const target = await serve((request, response) => {
      reached.push(request.url ?? "");
      response.end('{"icestats":{}}');
    });
    const cases: [RequestListener, code: string, message: RegExp][] = [
      [
        (_, response) => response.writeHead(302, { location: `${target}/status-json.xsl` }).end(),
        "protocol",
        /not followed/,
      ],
      [(_, response) => response.writeHead(401).end(), "auth", /refuses/],
      [(_, response) => response.writeHead(404).end(), "protocol", /404/],
      [(_, response) => response.end("<html>It works!</html>"), "protocol", /not with the status/],
      [(_, response) => response.end("x".repeat(2_000_000)), "protocol", /1 MiB/],
      [(_, response) => void response.socket?.end("SSH-2.0-OpenSSH\r\n"), "protocol", /HTTP/],
      [(_, response) => void response.destroy(), "unreachable", /cannot be reached/],
    ];
    for (const [listener, code, message] of cases) {
      const answer = await tested({ url: await serve(listener) });
      expect(answer).toMatchObject({ success: false, code, message: expect.stringMatching(message), mounts: [] });
    }
    expect(reached).toEqual([]);
    expect(await tested({ url: "http://127.0.0.1:1" })).toMatchObject({ code: "refused" });
    expect(await tested({ url: "http://nowhere.invalid" })).toMatchObject({ code: "dns" });
    expect(await tested({ url: target.replace("http:", "https:") })).toMatchObject({ code: "tls" });
  });

  it("ends after five seconds where a server says nothing, or no end of it", async () => {
    const mute = await serve(() => {});
    const endless = await serve((_, response) => {
      const pace = setInterval(() => response.write("x"), 100);
      response.once("close", () => clearInterval(pace));
    });
    const answers = await Promise.all([tested({ url: mute }), tested({ url: endless })]);
    expect(answers.map(({ code }) => code)).toEqual(["timeout", "timeout"]);
  });

  it("is for a person thirty times a minute, and noted", async () => {
    const [{ rows: before }] = [await audited()];
    for (let i = 0; i < 30; i += 1) await tested({ url: "http://127.0.0.1:1" });
    await refused(ask("POST", "/test", { body: { url: "http://127.0.0.1:1" } }), 429);
    expect((await audited()).rows[0].count - before[0].count).toBe(30);
  });
});

const audited = () =>
  pool().query("SELECT count(*)::int AS count FROM audit_log WHERE event_type = 'stream_source_tested'");
