// The example of docs/nginx.conf as it stands, in a real nginx, before the parts of our server that meet the network.
import { createServer, type IncomingMessage, type Server } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { freePort } from "@/lib/embedded/port";
import { provideEnv } from "@/lib/env";
import { markRemote } from "@/lib/first-start/mark-remote";
import { clientOf } from "@/lib/http/client";
import { isTrustedProxy } from "@/lib/http/client-address";
import { refusedRequestLine } from "@/lib/http/request-line";
import { attachLive, type LiveServer } from "@/lib/live/socket";
import { useDatabase } from "../support/database";
import { HOSTILE_NAMES } from "../support/hostile-names";
import { createUser, LiveClient, signIn } from "../support/live";
import { type Nginx, startNginx } from "../support/nginx";

useDatabase();
const BIG = "x".repeat(200_000);
let server: Server;
let live: LiveServer;
let nginx: Nginx;

const headersOf = ({ headers }: IncomingMessage) =>
  new Headers(Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]));

/** Tells what came, after it has been through what `server.ts` does with every request. */
async function echo(request: IncomingMessage) {
  let bytes = 0;
  for await (const chunk of request) bytes += chunk.length;
  const remote = request.socket.remoteAddress ?? null;
  markRemote(request.headers, { remote, trusted: isTrustedProxy(remote, ["127.0.0.1"]) });
  const { method, url, headers } = request;
  return { method, url, headers, bytes, refused: refusedRequestLine(request), client: clientOf(headersOf(request)) };
}

beforeAll(async () => {
  provideEnv({ TRUSTED_PROXIES: "127.0.0.1", PUBLIC_URL: "https://dozor.example.org" });
  server = createServer(async (request, response) => {
    const told = await echo(request);
    if (request.url !== "/gzipped") return response.end(JSON.stringify(told));
    response.setHeader("content-type", "application/json").setHeader("content-encoding", "gzip");
    response.end(gzipSync(BIG));
  });
  live = attachLive(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  nginx = await startNginx((server.address() as AddressInfo).port);
});
afterAll(async () => {
  await nginx?.stop();
  await live.close();
  server.closeAllConnections();
  server.close();
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** By HTTPS, its path sent as it stands here. */
function ask(path: string, { method = "GET", headers = {}, body }: Sent = {}, { port } = nginx) {
  return new Promise<{ status: number; headers: IncomingMessage["headers"]; body: Buffer }>((done, fail) => {
    const at = { host: "127.0.0.1", port, path, method, headers, rejectUnauthorized: false };
    const request = httpsRequest(at, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
    });
    request.on("error", fail);
    request.end(body);
  });
}
const told = async (path: string, sent?: Sent) => JSON.parse(String((await ask(path, sent)).body));

// Two dots are a step up to every client and proxy, however they are written.
const IN_PATHS = HOSTILE_NAMES.filter((name) => ![".", ".."].includes(name));

describe("what a client sends", () => {
  it.each(IN_PATHS)("comes through as it was encoded: %j", async (name) => {
    const path = `/api/server/local/db/${encodeURIComponent(name)}/stats?oid=1&q=a%2Fb%20+`;
    expect(await told(path)).toMatchObject({ url: path, refused: null });
  });

  it("names the host, the scheme and the client, whatever it says of itself", async () => {
    const lies = {
      ...{ "x-forwarded-for": "8.8.8.8", forwarded: "for=8.8.8.8;proto=http", "x-forwarded-proto": "http" },
      ...{ "x-forwarded-host": "evil.example.com", "x-dozor-remote": "8.8.8.8", host: "dozor.example.org" },
    };
    const { client, headers } = await told("/", { headers: lies });
    expect(client).toMatchObject({ ip: "127.0.0.1", secure: true, host: "dozor.example.org" });
    expect(JSON.stringify(headers)).not.toMatch(/8\.8\.8\.8|evil/);
  });

  it("may be as large as Dozor takes, and no endless one", async () => {
    const post = (bytes: number) => ({ method: "POST", body: "x".repeat(bytes) });
    expect(await told("/api/servers", post(1_500_000))).toMatchObject({ method: "POST", bytes: 1_500_000 });
    expect((await ask("/api/servers", post(3_000_000))).status).toBe(413);
  });

  it("is not kept in the log where it may be a secret", async () => {
    await ask("/api/logs?search=canary-4711");
    await expect.poll(() => nginx.log(), { timeout: 5_000 }).toContain('"GET /api/logs"');
    expect(nginx.log()).not.toContain("canary-4711");
  });
});

it("gives answers as Dozor compressed them", async () => {
  const { headers, body } = await ask("/gzipped", { headers: { "accept-encoding": "gzip" } });
  expect(headers["content-encoding"]).toBe("gzip");
  expect(String(gunzipSync(body))).toBe(BIG);
});

it("sends who comes without TLS to the same address with it", async () => {
  const response = await fetch(`http://127.0.0.1:${nginx.httpPort}/servers/a%2Fb?x=1`, { redirect: "manual" });
  expect([response.status, response.headers.get("location")]).toEqual([301, "https://127.0.0.1/servers/a%2Fb?x=1"]);
});

it.each(["/metrics", "/metrics?collect=fleet", "/%6detrics", "//metrics", "/x/../metrics"])(
  "keeps what Prometheus reads away from the public side: %s",
  async (path) => {
    const { status, body } = await ask(path);
    expect([status, String(body)]).toEqual([403, expect.not.stringContaining("url")]);
  },
);

it("asks the second instance while the first does not answer", async () => {
  const behind = await startNginx(await freePort(), (server.address() as AddressInfo).port);
  const { status, body } = await ask("/servers", {}, behind);
  expect([status, JSON.parse(String(body)).url]).toEqual([200, "/servers"]);
  await behind.stop();
});

describe("the live connection", () => {
  const open = async (origin: string, path = "/ws/stats") => {
    const { headers } = await signIn(await createUser(`vera-${Math.random()}`, "viewer"), "browser");
    return new LiveClient(`wss://127.0.0.1:${nginx.port}${path}`, {
      // Its name under HTTPS.
      headers: { cookie: `__Host-${headers.cookie}` },
      ...{ origin, rejectUnauthorized: false },
    });
  };

  it("opens for a page of ours, and tells what is new", async () => {
    const client = await open(`https://127.0.0.1:${nginx.port}`);
    expect(await client.first("snapshot")).toMatchObject({ type: "snapshot" });
    client.socket.terminate();
  });

  it("opens for clients of the older host monitor", async () => {
    const client = await open(`https://127.0.0.1:${nginx.port}`, "/api/ws/metrics");
    await expect.poll(() => client.socket.readyState, { timeout: 10_000 }).toBe(client.socket.OPEN);
    client.socket.terminate();
  });

  it.each([
    ["another site", () => "https://evil.example.com"],
    ["the same host without TLS", () => `http://127.0.0.1:${nginx.port}`],
  ])("does not open for a page of %s", async (_, origin) => {
    expect(await (await open(origin())).refusedWith()).toBe(403);
  });
});
