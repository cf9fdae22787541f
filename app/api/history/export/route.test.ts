import { once } from "node:events";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { pool } from "@/lib/db";
import { exportSchema } from "@/lib/fleet/export-text";
import { directLane } from "@/lib/http/direct";
import { writeSamples } from "@/lib/metrics/write";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { FILLED_METRICS, fillSealed } from "@/tests/support/filled";
import { createServerRow } from "@/tests/support/live";
import { signedIn } from "@/tests/support/users";
import { GET } from "./route";

withDatabase();

const START = Date.UTC(2026, 0, 15, 10);
const DATABASES = ["=1+1", "@a;=2", 'q"uote', "comma,line\nbreak"];
let headers: Record<string, string> = {};

beforeAll(async () => {
  ({ headers } = await signedIn({ role: "viewer", kind: "bearer" }));
  const subject = await createServerRow("local");
  const rows = DATABASES.map((database, at) => ({ labels: { database }, values: { commits_per_sec: at } }));
  await writeSamples([
    { subject, ts: START, probe: "databases", rows },
    {
      subject,
      ts: START + 5_000,
      probe: "cpu",
      rows: [{ labels: {}, values: { usage_percent: Number.NaN, user: 0.1 } }],
    },
  ]);
});

const ask = (query: Record<string, string>, more: Record<string, string> = headers) =>
  GET(new Request(`http://localhost:3000/api/history/export?${new URLSearchParams(query)}`, { headers: more }));
const iso = (ms: number) => new Date(ms).toISOString();
const range = { from: iso(START), to: iso(START + 60_000) };

describe("GET /api/history/export", () => {
  it("gives a CSV file whose columns no spreadsheet takes for formulas", async () => {
    const response = await ask({ ...range, metrics: "databases.commits_per_sec,cpu.usage_percent,cpu.user" });
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      'attachment; filename="dozor-local-20260115T100000Z-20260115T100100Z.csv"',
    );
    expect(response.headers.get("cache-control")).toBe("no-store");
    const columns = [
      '"databases.commits_per_sec{database=""=1+1""}"',
      `"databases.commits_per_sec{database=""@a;'=2""}"`,
      String.raw`"databases.commits_per_sec{database=""q\""uote""}"`,
      String.raw`"databases.commits_per_sec{database=""comma,line\nbreak""}"`,
    ];
    expect((await response.text()).split("\r\n")).toEqual([
      `timestamp,step_seconds,${columns.join(",")},cpu.usage_percent,cpu.user`,
      `${iso(START)},,0,1,2,3,,`,
      `${iso(START + 5_000)},,,,,,NaN,0.1`,
      "",
    ]);
  });

  it("gives JSON, and takes the names of the other history requests", async () => {
    const query = { metric_type: "cpu", start_time: range.from, end_time: range.to, format: "json" };
    const response = await ask(query);
    expect(response.headers.get("content-type")).toBe("application/json");
    const answer = exportSchema.parse(await response.json());
    expect(answer).toMatchObject({ server: "local", start_time: range.from, end_time: range.to, interval: "raw" });
    expect(answer.series.map(({ metric }) => metric).sort()).toEqual(["cpu.usage_percent", "cpu.user"]);
    const order = answer.series.map(({ metric }) => (metric === "cpu.user" ? 0.1 : "NaN"));
    expect(answer.points).toEqual([[iso(START + 5_000), null, ...order]]);
    expect(answer.count).toBe(1);
    const steps = exportSchema.parse(await (await ask({ ...query, interval: "1m" })).json());
    const means = steps.series.map(({ metric }) => (metric === "cpu.user" ? 0.1 : null));
    expect(steps.points).toEqual([[iso(START), 60, ...means]]);
  });

  it.each([
    ["in the future", { from: "2200-01-01", to: "2200-02-01" }],
    ["before everything", { from: "1980-01-01", to: "1990-01-01" }],
    ["of a metric without series", { metrics: "cpu.steal" }],
  ])("has a header and no row for a range %s", async (_, query) => {
    const csv = await (await ask({ ...range, metrics: "cpu.user", ...query })).text();
    expect(csv).toMatch(/^timestamp,step_seconds[^\r\n]*\r\n$/);
    const steps = await ask({ ...range, metrics: "cpu.user", ...query, interval: "1h", format: "json" });
    expect(exportSchema.parse(await steps.json())).toMatchObject({ points: [], count: 0 });
  });

  it("lets a user have two under way", async () => {
    const query = { ...range, metrics: "cpu.user" };
    const [first, second] = [await ask(query), await ask(query)];
    const refused = await ask(query);
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    const { headers: other } = await signedIn({ role: "viewer", kind: "bearer" });
    await (await ask(query, other)).text();
    await first.body?.cancel();
    await (await ask(query)).text();
    await second.text();
  });

  it.each<[string, Record<string, string>, string]>([
    ["neither metrics nor type", {}, "metrics"],
    ["both metrics and type", { metrics: "cpu.user", metric_type: "cpu" }, "metrics"],
    ["two starts", { metrics: "cpu.user", from: "0", start_time: "0" }, "from"],
    ["two ends", { metrics: "cpu.user", to: "1", end_time: "1" }, "to"],
    ["a range turned round", { metrics: "cpu.user", from: "5", to: "4" }, "from"],
    ["an unknown metric", { metrics: "cpu.gpu" }, "metrics"],
    ["an unknown type", { metric_type: "gpu" }, "metric_type"],
    ["an unknown server", { metrics: "cpu.user", server: "nowhere" }, "server"],
    ["an unknown interval", { metrics: "cpu.user", interval: "2m" }, "interval"],
    ["an unknown format", { metrics: "cpu.user", format: "xlsx" }, "format"],
  ])("refuses %s", async (_, query, path) => {
    const response = await ask(query);
    expect([response.status, (await response.json()).errors?.[0]?.path]).toEqual([422, path]);
  });

  it("answers nobody who is not signed in", async () => {
    expect((await ask({ ...range, metrics: "cpu.user" }, {})).status).toBe(401);
  });

  it("answers or refuses whatever is asked, and what it answers is whole", async () => {
    const word = fc.oneof(
      fc.constantFrom(
        "cpu",
        "cpu.user",
        'databases.commits_per_sec{database="=1+1"}',
        "raw",
        "1h",
        "json",
        "csv",
        "last",
      ),
      fc.constantFrom("0", "1768471200", "2026-01-15", "2026-01-16T00:00:00Z", "local"),
      fc.string({ maxLength: 12 }),
    );
    const all = ["metrics", "metric_type", "server", "from", "to", "start_time", "end_time", "interval", "format"];
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...all, "aggregate"), word, { maxKeys: 7 }), async (query) => {
        const response = await ask(query);
        expect([200, 422]).toContain(response.status);
        const text = await response.text();
        if (response.headers.get("content-type")?.includes("json")) JSON.parse(text);
        else expect(text.endsWith("\r\n")).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("streams a million samples in flat memory", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const { from, to } = await fillSealed("filled", 174);
    const query = { server: "filled", metrics: FILLED_METRICS.join(","), from: iso(from), to: iso(to) };
    const used = () => {
      collect();
      const { heapUsed, arrayBuffers } = process.memoryUsage();
      return heapUsed + arrayBuffers;
    };
    let [lines, pieces, first, most] = [0, 0, 0, 0];
    for await (const piece of (await ask(query)).body ?? []) {
      lines += piece.reduce((count, byte) => count + (byte === 10 ? 1 : 0), 0);
      if (++pieces === 10) first = used();
      if (pieces > 10 && pieces % 20 === 0) most = Math.max(most, used());
    }
    expect(lines).toBe(174 * 720 + 1);
    expect(pieces).toBeGreaterThan(100);
    expect(most - first).toBeLessThan(8 * 2 ** 20);
  });
});

describe("over HTTP", () => {
  let server: http.Server;
  let url = "";
  beforeAll(async () => {
    const { from, to } = await fillSealed("remote", 100);
    const query = { server: "remote", metrics: FILLED_METRICS.join(","), from: iso(from), to: iso(to) };
    const direct = directLane({ "/api/history/export": GET });
    server = http.createServer((request, response) => void direct(request, response));
    await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/history/export?${new URLSearchParams(query)}`;
  });
  afterAll(() => server.closeAllConnections());

  const begin = async () => {
    const request = http.get(url, { headers });
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    expect(response.statusCode).toBe(200);
    await once(response, "data");
    response.pause();
    return { request, response };
  };
  /** Succeeds once the user's two turns are free. */
  const isFree = () =>
    vi.waitFor(
      async () => {
        for (const answer of [await ask({ metrics: "cpu.user" }), await ask({ metrics: "cpu.user" })]) {
          expect(answer.status).toBe(200);
          await answer.text();
        }
        const { rows } = await pool().query(
          "SELECT FROM pg_stat_activity WHERE state <> 'idle' AND datname = current_database() AND pid <> pg_backend_pid()",
        );
        expect(rows).toHaveLength(0);
      },
      { timeout: 10_000 },
    );

  it("ends an export whose client goes away in the middle", async () => {
    const all = [await begin(), await begin()];
    expect((await ask({ metrics: "cpu.user" })).status).toBe(429);
    for (const { request } of all) request.destroy();
    await isFree();
  });

  it("breaks the connection off when history cannot be read on, so that the file never looks complete", async () => {
    const { response } = await begin();
    await pool().query("ALTER TABLE sample_head RENAME TO sample_head_away");
    const broken = once(response, "end").catch((error: Error) => error);
    response.resume();
    expect(await broken).toBeInstanceOf(Error);
    expect(response.complete).toBe(false);
    await pool().query("ALTER TABLE sample_head_away RENAME TO sample_head");
    await isFree();
  });
});
