import { spawnSync } from "node:child_process";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { type ReadFamily, readExposition, valuesOf } from "../../tests/support/exposition";
import { apiToken, createUser, signIn } from "../../tests/support/live";
import { pool } from "../db";
import { provideEnv } from "../env";
import { VERSION } from "../version";
import { answerMetrics, prefersOpenMetrics } from "./answer";

const TOKEN = "uD6wQmB2rYx8fKp3vNz7tHj5sLc9gEa4";

useDatabase();
afterEach(() => provideEnv({ METRICS_PUBLIC: "", METRICS_TOKEN: "", PROMETHEUS_ENABLED: "", METRICS_PREFIX: "" }));

interface Asked {
  query?: string;
  headers?: Record<string, string>;
  method?: string;
}

function ask({ query = "", headers = {}, method = "GET" }: Asked = {}): Promise<Response> {
  return answerMetrics(new Request(`http://localhost/metrics${query}`, { method, headers }));
}

/** The status alone, as of a client that goes away. */
async function statusOf(asked?: Asked): Promise<number> {
  const { status, body } = await ask(asked);
  await body?.cancel();
  return status;
}

async function read(asked: Asked = {}): Promise<Map<string, ReadFamily>> {
  const response = await ask(asked);
  expect(response.status).toBe(200);
  const openMetrics = response.headers.get("content-type")?.startsWith("application/openmetrics-text") ?? false;
  return readExposition(await response.text(), { openMetrics });
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("who may read", () => {
  const headers: Record<string, Record<string, string>> = {};
  beforeAll(async () => {
    const viewer = await createUser("metrics-viewer", "viewer");
    const owing = await createUser("metrics-owing", "admin", true);
    headers.session = (await signIn(viewer, "browser")).headers;
    headers["access token"] = (await signIn(viewer)).headers;
    headers["token for metrics"] = await apiToken(viewer, ["metrics:read"]);
    headers["token to read"] = await apiToken(viewer, ["read"]);
    headers["token for streams"] = await apiToken(viewer, ["streams:write"]);
    headers["password owed"] = (await signIn(owing)).headers;
    headers["our token"] = bearer(TOKEN);
    headers["nearly our token"] = bearer(`${TOKEN.slice(0, -1)}5`);
    headers["part of our token"] = bearer(TOKEN.slice(0, -1));
    headers["no token"] = bearer("");
    headers["our token as a password"] = { authorization: `Basic ${btoa(`metrics:${TOKEN}`)}` };
    headers.nothing = {};
  });

  it.each([
    ["session", 200],
    ["access token", 200],
    ["token for metrics", 200],
    ["token to read", 200],
    ["token for streams", 403],
    ["password owed", 403],
    ["our token", 200],
    ["nearly our token", 401],
    ["part of our token", 401],
    ["no token", 401],
    ["our token as a password", 401],
    ["nothing", 401],
  ])("%s: %d", async (who, status) => {
    provideEnv({ METRICS_TOKEN: TOKEN });
    const given = await ask({ headers: headers[who] ?? {} });
    expect(given.status).toBe(status);
    expect(given.headers.get("cache-control")).toBe("no-store");
    expect(given.headers.get("www-authenticate")).toBe(status === 401 ? "Bearer" : null);
    const text = await given.text();
    expect(text.includes("dozor_")).toBe(status === 200);
    // Who is let in to nothing is let in to nothing by HEAD as well.
    expect(await statusOf({ headers: headers[who] ?? {}, method: "HEAD" })).toBe(status);
    provideEnv({ PROMETHEUS_ENABLED: "false" });
    expect(await statusOf({ headers: headers[who] ?? {} })).toBe(404);
    provideEnv({ PROMETHEUS_ENABLED: "", METRICS_PUBLIC: "true" });
    expect(await statusOf({ headers: headers[who] ?? {} })).toBe(200);
  });

  it("a token of nothing opens nothing", async () => {
    expect(await statusOf({ headers: headers["our token"] ?? {} })).toBe(401);
    expect(await statusOf({ headers: headers["no token"] ?? {} })).toBe(401);
  });

  it("so many guesses, and no more", async () => {
    provideEnv({ METRICS_TOKEN: TOKEN });
    const guess = () => ask({ headers: { ...bearer("x".repeat(32)), "x-dozor-remote": "192.0.2.77" } });
    const statuses = new Set<number>();
    for (let i = 0; i < 601; i += 1) statuses.add((await guess()).status);
    expect([...statuses]).toEqual([401, 429]);
  });
});

describe("what is told", () => {
  it.each([
    ["", ["process", "streams", "servers"]],
    ["?collect=all", ["process", "streams", "servers"]],
    ["?collect=process", ["process"]],
    ["?collect=fleet", ["streams", "servers"]],
  ])("%s: %j", async (query, parts) => {
    provideEnv({ METRICS_PUBLIC: "true" });
    const families = await read({ query });
    expect(valuesOf(families, "dozor_metrics_part_success")).toEqual(
      Object.fromEntries(parts.map((part) => [JSON.stringify({ part }), 1])),
    );
    expect(families.has("dozor_build_info")).toBe(parts.includes("process"));
    expect(families.has("dozor_active_streams")).toBe(parts.includes("streams"));
  });

  it("anything else that is asked for is refused", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    const given = await ask({ query: "?collect=everything" });
    expect(given.status).toBe(422);
    expect(await given.json()).toMatchObject({ errors: [{ path: "collect" }] });
  });

  it("both formats tell the same", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    const plain = await read({ query: "?collect=fleet" });
    const open = await read({ query: "?collect=fleet", headers: { accept: "application/openmetrics-text" } });
    const samples = (families: Map<string, ReadFamily>) => [...families.values()].flatMap((family) => family.samples);
    expect(samples(open)).toEqual(samples(plain));
  });

  it("the version, requests by endpoint, and the process itself, under another prefix where one is given", async () => {
    provideEnv({ METRICS_PUBLIC: "true", METRICS_PREFIX: "sattva" });
    await read();
    const families = await read();
    expect(valuesOf(families, "sattva_build_info")).toEqual({ [JSON.stringify({ version: VERSION })]: 1 });
    const labels = JSON.stringify({ method: "GET", endpoint: "/metrics", status: "200" });
    expect(valuesOf(families, "sattva_http_requests_total")[labels]).toBeGreaterThan(0);
    const bounds = families
      .get("sattva_http_request_duration_seconds")
      ?.samples.filter(({ name, labels }) => name.endsWith("_bucket") && labels.method === "GET");
    expect(bounds?.map(({ labels }) => labels.le)).toEqual([
      "0.01",
      "0.05",
      "0.1",
      "0.25",
      "0.5",
      "1.0",
      "2.5",
      "5.0",
      "10.0",
      "+Inf",
    ]);
    expect(families.get("process_resident_memory_bytes")?.samples[0]?.value).toBeGreaterThan(1e7);
    expect([...families.keys()].filter((name) => name.startsWith("dozor_"))).toEqual([]);
  });

  it("promtool finds nothing in our own names", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    const text = await (await ask()).text();
    const { stderr, stdout, status } = spawnSync("promtool", ["check", "metrics"], { input: text, encoding: "utf8" });
    const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    // Of prom-client's own, which people's dashboards of Node name.
    expect(findings.filter((line) => !/^nodejs_active_(handles|requests|resources)_total /.test(line))).toEqual([]);
    expect([0, 3]).toContain(status);
  });

  it("what is ours, where our database does not answer", async () => {
    provideEnv({ METRICS_TOKEN: TOKEN });
    const query = pool().query;
    pool().query = (() => Promise.reject(Object.assign(new Error("refused"), { code: "ECONNREFUSED" }))) as never;
    try {
      const families = await read({ headers: bearer(TOKEN) });
      expect(valuesOf(families, "dozor_metrics_part_success")).toEqual({
        '{"part":"process"}': 1,
        '{"part":"streams"}': 0,
        '{"part":"servers"}': 0,
      });
      expect(families.has("dozor_build_info")).toBe(true);
      expect(families.has("dozor_active_streams")).toBe(false);
    } finally {
      pool().query = query;
    }
  });
});

describe("a reader", () => {
  it("who asks by HEAD gets the headers, and nothing is made", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    for (let i = 0; i < 10; i += 1) {
      const given = await ask({ method: "HEAD" });
      expect([given.status, given.body]).toEqual([200, null]);
      expect(given.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    }
    expect(await statusOf()).toBe(200);
  });

  it("who goes away in the middle leaves nothing behind; more than a few at once have to wait", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    await pool().query(
      `WITH made AS (INSERT INTO subject (kind) SELECT 'channel' FROM generate_series(1, 1200) RETURNING id)
       INSERT INTO channels (id, channel_id, status, listeners, queue_size)
       SELECT id, repeat('c', 100) || id, 'playing', 1, 1 FROM made`,
    );
    const open: ReadableStreamDefaultReader<Uint8Array>[] = [];
    for (;;) {
      const given = await ask();
      if (given.status === 503) {
        expect(given.headers.get("retry-after")).toBe("5");
        break;
      }
      const reader = given.body?.getReader();
      if (!reader) throw new Error("no body");
      open.push(reader);
      expect((await reader.read()).done).toBe(false);
      expect(open.length).toBeLessThan(10);
    }
    expect(open.length).toBeGreaterThanOrEqual(2);
    for (const reader of open) await reader.cancel();
    // As often as there are places, to the end.
    for (const _ of open) await read();
    const families = await read();
    expect(families.get("dozor_stream_listeners")?.samples).toHaveLength(1_000);
    const dropped = valuesOf(families, "dozor_metrics_series_dropped_total");
    expect(dropped['{"metric":"dozor_stream_listeners"}']).toBeGreaterThanOrEqual(200);
    await pool().query("DELETE FROM channels");
  });
});

describe("a slow reader", () => {
  afterEach(() => vi.useRealTimers());

  it("is cut off after a minute, and gives its place to others", async () => {
    provideEnv({ METRICS_PUBLIC: "true" });
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const slow: Response[] = [];
    for (let given = await ask(); given.status === 200; given = await ask()) slow.push(given);
    vi.advanceTimersByTime(59_000);
    expect(await statusOf()).toBe(503);
    vi.advanceTimersByTime(2_000);
    for (const response of slow) await expect(response.text()).rejects.toThrow("too slowly");
    for (const _ of slow) expect(await statusOf()).toBe(200);
  });
});

describe("prefersOpenMetrics", () => {
  it.each([
    ["", false],
    ["*/*", false],
    ["text/html,application/xhtml+xml,*/*;q=0.8", false],
    ["application/openmetrics-text", true],
    ["application/openmetrics-text; version=1.0.0; charset=utf-8", true],
    ["Application/OpenMetrics-Text;Version=1.0.0", true],
    ["application/openmetrics-text;version=0.0.1", false],
    ["application/openmetrics-text;q=0", false],
    ["text/plain;version=0.0.4,application/openmetrics-text;q=0.5", false],
    // Prometheus 2.42 and 3.
    [
      "application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
      true,
    ],
    [
      "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
      true,
    ],
    ["application/openmetrics-text;q=x", false],
  ])("%s: %s", (accept, prefers) => {
    expect(prefersOpenMetrics(accept)).toBe(prefers);
  });
});
