// What the built product exposes, on its own address and on one for metrics alone.
import { spawnSync } from "node:child_process";
import { request } from "node:http";
import { gunzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { type ReadFamily, readExposition, valuesOf } from "../support/exposition";
import { type App, freePort, startApp } from "./support/app";

const TOKEN = "uD6wQmB2rYx8fKp3vNz7tHj5sLc9gEa4";
const OURS = { authorization: `Bearer ${TOKEN}` };
let app: App;
let metricsUrl: string;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  const port = await freePort();
  metricsUrl = `http://127.0.0.1:${port}`;
  app = await startApp({ env: { METRICS_TOKEN: TOKEN, METRICS_LISTEN: `127.0.0.1:${port}` } });
});
test.afterAll(() => app.stop());

interface Answered {
  status: number;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

/** As it comes over the wire: nothing is unpacked, nothing followed. */
function ask(url: string, { method = "GET", headers = {} as Record<string, string> } = {}): Promise<Answered> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
      response.on("end", () => {
        const { statusCode = 0, headers } = response;
        resolve({ status: statusCode, headers, body: Buffer.concat(chunks) });
      });
    });
    asked.on("error", reject).end();
  });
}

async function read(query = ""): Promise<Map<string, ReadFamily>> {
  const { status, body } = await ask(`${metricsUrl}/metrics${query}`, { headers: OURS });
  expect(status).toBe(200);
  return readExposition(body.toString());
}

test("metrics are read with the token, on both addresses, whole or packed, in both formats", async () => {
  for (const url of [app.url, metricsUrl]) {
    const stranger = await ask(`${url}/metrics`);
    expect([stranger.status, stranger.headers["www-authenticate"]]).toEqual([401, "Bearer"]);
    const head = await ask(`${url}/metrics`, { method: "HEAD", headers: OURS });
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect((await ask(`${url}/metrics`, { method: "HEAD" })).status).toBe(401);
    const packed = await ask(`${url}/metrics`, {
      headers: { ...OURS, accept: "application/openmetrics-text; version=1.0.0", "accept-encoding": "gzip" },
    });
    expect(packed.headers).toMatchObject({
      "content-type": "application/openmetrics-text; version=1.0.0; charset=utf-8",
      "content-encoding": "gzip",
      "cache-control": "no-store",
      vary: "Accept, Accept-Encoding",
      "x-content-type-options": "nosniff",
    });
    expect(readExposition(gunzipSync(packed.body).toString(), { openMetrics: true }).has("dozor_build_info")).toBe(
      true,
    );
  }
});

test("the address for metrics answers nothing else", async () => {
  expect((await ask(`${metricsUrl}/healthz`)).status).toBe(200);
  for (const path of ["/", "/login", "/api/health", "/api/auth/me", "/metrics/", "/_next/static/x.js"])
    expect((await ask(metricsUrl + path, { headers: OURS })).status, path).toBe(404);
  expect((await ask(`${metricsUrl}/metrics`, { method: "POST", headers: OURS })).status).toBe(404);
});

test("pages and routes are counted by their patterns, whatever is asked for", async () => {
  for (const path of [
    "/login",
    "/servers/a%2Fb",
    "/servers/c/host",
    "/nowhere",
    "/api/servers/x/latest",
    "/api/nowhere",
  ])
    await ask(app.url + path);
  await expect
    .poll(async () => Object.keys(valuesOf(await read("?collect=process"), "dozor_http_requests_total")))
    .toEqual(
      expect.arrayContaining(
        [
          ["/login", "200"],
          ["/servers/{name}", "307"],
          ["/servers/{name}/host", "307"],
          ["other", "307"],
          ["/api/servers/{name}/latest", "401"],
          ["other", "404"],
        ].map(([endpoint, status]) => JSON.stringify({ method: "GET", endpoint, status })),
      ),
    );
});

test("what the collector asks is counted, and what it was told is there for the machine and our own database", async () => {
  await expect
    .poll(async () => {
      const families = await read();
      const runs = families.get("dozor_collector_run_duration_seconds")?.samples ?? [];
      return {
        runs: runs.some(({ name, labels, value }) => name.endsWith("_count") && labels.probe === "cpu" && value > 0),
        load: valuesOf(families, "node_load1")['{"server":"local"}'] !== undefined,
        memory: (valuesOf(families, "node_memory_MemTotal_bytes")['{"server":"local"}'] ?? 0) > 1e8,
        up: valuesOf(families, "pg_up")['{"server":"local"}'],
        parts: Object.values(valuesOf(families, "dozor_metrics_part_success")),
      };
    })
    .toEqual({ runs: true, load: true, memory: true, up: 1, parts: [1, 1, 1] });
});

test("promtool finds nothing in our own names", async () => {
  const { body } = await ask(`${metricsUrl}/metrics`, { headers: OURS });
  const { stdout, stderr } = spawnSync("promtool", ["check", "metrics"], { input: body, encoding: "utf8" });
  const findings = `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
  expect(findings.filter((line) => !/^(node|nodejs|pg)_\w+ /.test(line))).toEqual([]);
});
