// Dozor as deploy/dozor.service starts it, behind nginx with docs/nginx.conf.
import { existsSync, readFileSync } from "node:fs";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { request as httpsRequest } from "node:https";
import { resolve } from "node:path";
import { confined } from "../deploy/support/confined";
import { readUnit } from "../deploy/support/unit-file";
import { type Nginx, startNginx } from "../support/nginx";
import { type App, freePort, newDataDir, removeData, startApp } from "./support/app";
import { expect, NEW_PASSWORD, signIn, test } from "./support/session";
import { adminOf } from "./support/team";

const ROOT = resolve(import.meta.dirname, "../..");
/** How soon systemd kills what has not ended. */
const STOP_SECONDS = Number(readUnit().all("TimeoutStopSec")[0]);
let app: App;
let nginx: Nginx;
let address: string;

test.describe.configure({ mode: "serial" });
test.beforeAll(async () => {
  const unit = readUnit();
  const [port, data] = [await freePort(), newDataDir()];
  nginx = await startNginx(port);
  address = `https://localhost:${nginx.port}`;
  const service = confined({
    parameters: unit.command.slice(1),
    ...{ root: ROOT, place: unit.all("WorkingDirectory")[0] ?? "" },
    ...{ data, state: unit.environment().DATA_DIR ?? "" },
  });
  // What stands in /etc/dozor/dozor.env.
  const given = { PUBLIC_URL: address, TRUSTED_PROXIES: "127.0.0.1", ADMIN_PASSWORD: NEW_PASSWORD };
  app = await startApp({
    ...{ port, dataDir: data, command: service.command },
    env: { ...unit.environment(), ...given, DATA_DIR: service.dataDir, HOME: "/nonexistent" },
  });
});
test.afterAll(async () => {
  await nginx.stop();
  await app?.stop();
  if (app) removeData(app.dataDir);
});

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Asks from an address of this machine, as another client than the proxy would. */
function ask(url: string, from: string, sent: { headers?: Record<string, string>; body?: string } = {}) {
  const send = url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise<Answer>((done, fail) => {
    const options = {
      ...{ localAddress: from, family: 4, rejectUnauthorized: false, headers: sent.headers ?? {} },
      method: sent.body === undefined ? "GET" : "POST",
    };
    const request = send(url, options, async (response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of response) chunks.push(chunk);
      done({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() });
    });
    request.on("error", fail);
    request.end(sent.body);
  });
}

test("has no rights but its own folder, and misses none", async () => {
  const status = readFileSync(`/proc/${app.pid}/status`, "utf8");
  if (process.getuid?.() === 0) {
    expect(status).toMatch(/^Uid:\s+65534\s+65534\s+65534\s/m);
    expect(status).toMatch(/^CapBnd:\s+0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s+1$/m);
  }
  const admin = adminOf(app);
  // The collector sees the machine, the processes of other users, and its own database.
  const latest = async () => JSON.stringify(await (await admin("GET", "/api/servers/local/latest")).json());
  await expect.poll(latest, { timeout: 60_000 }).toMatch(/"cpu.*"processes/s);
  expect(app.output()).not.toMatch(/EACCES|EROFS|EPERM|"level":[56]0/);
});

test("people sign in over HTTPS, with cookies that only this host under HTTPS gets, and pages are live", async ({
  browser,
}) => {
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await context.newPage();
  await page.goto(address);
  const live = page.waitForEvent("websocket", (socket) => socket.url().endsWith("/ws/stats"));
  await signIn(page, "admin", NEW_PASSWORD);
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
  await (await live).waitForEvent("framereceived");
  const cookies = await context.cookies(address);
  const session = cookies.find(({ name }) => name.endsWith("dozor.session"));
  expect(session).toMatchObject({ name: "__Host-dozor.session", secure: true, httpOnly: true, path: "/" });
  expect(cookies.filter(({ secure, name }) => !secure && /session|token|csrf/i.test(name))).toEqual([]);
  await context.close();
});

test("who comes without TLS is sent to it, and told to stay", async () => {
  const plain = await ask(`http://localhost:${nginx.httpPort}/servers/a%2Fb`, "127.0.0.1");
  expect([plain.status, plain.headers.location]).toEqual([301, "https://localhost/servers/a%2Fb"]);
  const { headers } = await ask(`${address}/login`, "127.0.0.1");
  expect(headers["strict-transport-security"]).toMatch(/max-age=\d{7,}/);
});

test("a client's address is the true one, whatever it says, through the proxy and past it", async () => {
  const form = new URLSearchParams({ username: "admin", password: NEW_PASSWORD }).toString();
  const lies = {
    "x-forwarded-for": "8.8.8.8",
    "x-forwarded-proto": "https",
    "content-type": "application/x-www-form-urlencoded",
  };
  for (const [origin, from] of [
    [address, "127.0.0.2"],
    [`http://127.0.0.1:${new URL(app.url).port}`, "127.0.0.3"],
  ] as const) {
    const { body } = await ask(`${origin}/api/token`, from, { headers: lies, body: form });
    const headers = { authorization: `Bearer ${JSON.parse(body).access_token}` };
    const sessions = await ask(`${origin}/api/users/me/sessions`, from, { headers });
    const items = JSON.parse(sessions.body).items as { ip: string; current: boolean }[];
    expect(items.find(({ current }) => current)?.ip).toBe(from);
    expect(sessions.body).not.toContain("8.8.8.8");
  }
});

test("answers are compressed on their way, and metrics stay inside", async () => {
  const headers = { "accept-encoding": "gzip" };
  const login = await ask(`${address}/login`, "127.0.0.1", { headers });
  expect(login.headers["content-encoding"]).toBe("gzip");
  const plain = await ask(`${address}/login`, "127.0.0.1");
  const script = /\/_next\/static\/[^"]+\.js/.exec(plain.body)?.[0];
  expect((await ask(address + script, "127.0.0.1", { headers })).headers["content-encoding"]).toBe("gzip");
  expect((await ask(`${address}/metrics`, "127.0.0.1")).status).toBe(403);
});

test("stops in order, its database with it, long before systemd would kill it", async () => {
  expect(await app.stop()).toBeLessThan(STOP_SECONDS * 1_000);
  expect(existsSync(`${app.dataDir}/postgres/postmaster.pid`)).toBe(false);
});
