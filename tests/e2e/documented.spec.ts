// The commands of the documentation as their readers type them, against the built product; each test is one reader's session.
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { TEST_ENVIRONMENT } from "../support/database";
import { documented, read } from "../support/documented";
import { startTestServer, type TestServer } from "../support/server";
import { type App, freePort, newDataDir, removeData, startApp, until } from "./support/app";
import { tokenOf } from "./support/session";
import { shell } from "./support/shell";

const ROOT = resolve(import.meta.dirname, "../..");
const PASSWORD = "quiet-harbour-42-lamp";
const METRICS_TOKEN = "Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a-metrics";
const CRON_SECRET = "Zb6yHn3kXq9wPf4vTs7mKd2rGj8cLe5u-cron";

let app: App;
let databases: TestServer;
/** Where a reader would be at home. */
let folder: string;
let dataDir: string;

test.describe.configure({ mode: "serial" });

test.beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "dozor-documented-"));
  chmodSync(folder, 0o711);
  dataDir = newDataDir();
  databases = await startTestServer();
  app = await start();
  await until("the collector to tick", async () => (await fetch(`${app.url}/readyz`)).ok || undefined);
});
test.afterAll(async () => {
  await app?.stop();
  await databases?.stop();
  removeData(dataDir);
  rmSync(folder, { recursive: true, force: true });
});

const start = (env: Record<string, string> = {}) =>
  startApp({ dataDir, env: { ADMIN_PASSWORD: PASSWORD, METRICS_TOKEN, ...env } });

/** Commands of npm, in the clone and with the variables of the Dozor that runs. */
const npm = (blocks: readonly string[], env: Record<string, string> = {}) =>
  shell(blocks, { env: { DATA_DIR: dataDir, ...env }, folder: ROOT });
/** Calls from anywhere. */
const calls = (blocks: readonly string[], env: Record<string, string>) => shell(blocks, { env, folder });

/** An API token of the administrator. */
async function tokenWith(...scopes: string[]): Promise<string> {
  const answer = await fetch(`${app.url}/api/users/me/tokens`, {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenOf(app, "admin", PASSWORD)}`, "content-type": "application/json" },
    body: JSON.stringify({ name: scopes.join(" "), scopes }),
  });
  expect(answer.status).toBe(201);
  return ((await answer.json()) as { token: string }).token;
}

/** Rates are known, and stored, soon after the second reading. */
const readThrice = () =>
  until("the processors to be known", async () => {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` };
    const text = await (await fetch(`${app.url}/metrics?collect=process`, { headers })).text();
    const [, runs = "0"] = /dozor_collector_run_duration_seconds_count\{probe="cpu"\} (\d+)/.exec(text) ?? [];
    return Number(runs) >= 3 || undefined;
  });

test("the API: tokens, servers, changes, history, live, health", async () => {
  await readThrice();
  const here = { "http://localhost:3000": app.url };
  const nobody = { "db1.example.org": "127.0.0.1", "5432": String(await freePort()), "verify-full": "disable" };
  const [readme] = calls([documented("README.md", "/api/token", here)], { PASSWORD });
  expect(readme).toContain('"name":"local"');

  const [me, token, registered, changed, removed, values, series, ticket, health] = calls(
    [
      documented("docs/api.md", "/api/token", here),
      documented("docs/api.md", "/api/users/me/tokens", here),
      documented("docs/api.md", "Idempotency-Key", { ...here, ...nobody }),
      documented("docs/api.md", "If-Match", here),
      documented("docs/api.md", "-X DELETE", here),
      documented("docs/api.md", "/api/query", here),
      documented("docs/api.md", "/api/history/series", here),
      documented("docs/api.md", "/api/ws/ticket", here),
      documented("docs/api.md", "/healthz", here),
    ],
    { PASSWORD },
  );
  expect(JSON.parse(me ?? "")).toMatchObject({ login: "admin", role: "admin" });
  expect(token).toMatch(/^dzr_/);
  expect(registered).toMatch(/^"down"\n(.*\n)?db1\tdown(\n|$)/);
  expect(JSON.parse(changed ?? "")).toMatchObject({ name: "db1", labels: { env: "test" } });
  expect(removed).toContain("db1 was removed.");
  const bearer = { headers: { authorization: `Bearer ${token}` } };
  expect((await fetch(`${app.url}/api/servers/db1`, bearer)).status).toBe(404);
  expect(JSON.parse(values ?? "").series).toHaveLength(2);
  expect(readFileSync(join(folder, "cpu.csv"), "utf8")).toMatch(/cpu\.usage_percent/);
  expect(series).toContain("cpu.usage_percent");
  expect(ticket).toMatch(/^[\w-]{20,}$/);
  expect(health).toContain('"status":"ready"');
});

test("streams: a channel is reported, told to stop, and says that it has", async () => {
  const here = { "http://localhost:3000": app.url };
  const there = { "http://127.0.0.1:3000": app.url };
  const token = await tokenWith("read", "streams:write");
  calls([documented("docs/live-streams.md", "track_changed", here)], { token });
  const ask = async (path: string, method = "GET") => {
    const headers = { authorization: `Bearer ${token}` };
    return (await fetch(`${app.url}/api/streams/radio${path}`, { method, headers })).json();
  };
  expect(await ask("")).toMatchObject({ channel_id: "radio", listeners: 3 });
  await ask("/auto-end/end-now", "POST");
  const [waiting, timer] = calls(
    [
      documented("docs/troubleshooting.md", "commands?wait=0", there),
      documented("docs/troubleshooting.md", "radio/auto-end", there),
    ],
    { token },
  );
  const [{ id, command }] = JSON.parse(waiting ?? "").commands;
  expect(command).toBe("stop");
  expect(JSON.parse(timer ?? "")).toHaveProperty("state");
  calls([documented("docs/live-streams.md", "commands?wait=30", { ...here, "/17/": `/${id}/` })], { token });
  expect(await ask("/commands")).toEqual({ commands: [] });
});

test("troubleshooting, and what Prometheus sees", async () => {
  const here = { "http://127.0.0.1:3000": app.url };
  const [health, ticket, status, secret, exposed] = calls(
    [
      documented("docs/troubleshooting.md", "/api/health", here),
      documented("docs/troubleshooting.md", "/api/ws/ticket", here),
      documented("docs/troubleshooting.md", "/metrics", here),
      documented("docs/prometheus-and-grafana.md", "openssl rand"),
      documented("docs/prometheus-and-grafana.md", "dozor_server_up", here),
    ],
    { METRICS_TOKEN, token: await tokenWith("read") },
  );
  expect(JSON.parse(health ?? "")).toHaveProperty("status");
  expect(ticket).toMatch(/^HTTP\/1\.1 200/);
  expect(status).toBe("200");
  expect(secret?.length).toBeGreaterThanOrEqual(32);
  expect(exposed).toContain('dozor_server_up{server="local"} 1');
  expect(exposed).toMatch(/# EOF$/);
});

test("a backup beside the running Dozor, restored into a folder and into a PostgreSQL of one's own", async () => {
  const backups = join(folder, "backups");
  mkdirSync(backups);
  const before = join(folder, "before.tar");
  const [made] = npm([
    documented("docs/backup-and-restore.md", "npm run backup", { "/var/backups/dozor": backups }),
    documented("docs/upgrade.md", "npm run backup", { "before-upgrade.tar": before }),
  ]);
  expect(made).toContain("whoever has it can read every stored password");
  expect(statSync(before).mode & 0o777).toBe(0o600);
  const [name = ""] = readdirSync(backups);
  expect(name).toMatch(/^dozor-\d{8}T\d{6}Z\.tar$/);

  const restored = newDataDir();
  const file = { "/var/backups/dozor/dozor-20261122T193000Z.tar": join(backups, name) };
  const place = { "/var/lib/dozor-restored": restored };
  const [told, audit] = npm([
    documented("docs/backup-and-restore.md", "DATA_DIR=/var/lib/dozor-restored npm run restore", { ...place, ...file }),
    documented("docs/backup-and-restore.md", "npm run audit:verify", place),
  ]);
  expect(told).toContain("The audit log holds.");
  expect(audit).toMatch(/The audit log holds: \d+ entries/);
  removeData(restored);

  const url = await databases.createDatabase({ empty: true });
  const own = { "postgresql://dozor:its-password@db.example.org:5432/dozor": url };
  const [moved] = npm([documented("docs/backup-and-restore.md", "export AUTH_SECRET", { ...own, ...file })]);
  expect(moved).toContain("into the database of DATABASE_URL");
});

test("another encryption key, and cron in place of a collector that stays", async () => {
  const [key] = calls([documented("docs/key-rotation.md", "openssl rand")], {});
  await app.stop();
  const kept = join(dataDir, "secrets/encryption_keys");
  writeFileSync(kept, `2:${key},${readFileSync(kept, "utf8")}`);
  app = await start({ CRON_SECRET });
  const [rotated] = npm([documented("docs/key-rotation.md", "npm run secrets:rotate")]);
  expect(rotated).toMatch(/Every stored secret is encrypted with the key 2/);
  expect(rotated).toContain("No longer needed in ENCRYPTION_KEYS: 1.");

  const [secret, report] = calls(
    [documented("docs/install-vercel.md", "openssl rand"), documented("docs/install-vercel.md", '/api/cron/collect"')],
    { CRON_SECRET, DOZOR_URL: app.url },
  );
  expect(secret?.length).toBeGreaterThanOrEqual(32);
  expect(JSON.parse(report ?? "")).toMatchObject({ status: "collected", complete: true, lost: 0 });
});

test("Alertmanager's files, and the migrations of an empty database", async () => {
  const bot = {
    TELEGRAM_BOT_TOKEN: `1234567890:${"A1b2-".repeat(7)}`,
    ADMIN_CHAT_ID: "-1001774120",
    DOZOR_API_TOKEN: await tokenWith("alerts:write"),
  };
  const [told] = npm([documented("docs/telegram.md", "npm run monitoring:render", { "/etc/prometheus": folder })], bot);
  for (const file of ["alertmanager.yml", "dozor-alerts.token"]) {
    expect(told).toContain(join(folder, file));
    expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    expect(read("docs/telegram.md")).toContain(`/etc/prometheus/${file}`);
  }

  const variables = { DATABASE_URL: await databases.createDatabase({ empty: true }), ...TEST_ENVIRONMENT };
  const migrate = documented("docs/upgrade.md", "npm run migrate");
  const [first, again] = npm([migrate, migrate], variables);
  expect(first).toMatch(/0001/);
  expect(again).not.toMatch(/0001/);
});

test("lost passwords, and the chain of the audit log", async () => {
  const made = await fetch(`${app.url}/api/users`, {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenOf(app, "admin", PASSWORD)}`, "content-type": "application/json" },
    body: JSON.stringify({ username: "olga", password: "slow green kettle 5", role: "viewer", is_active: true }),
  });
  expect(made.status).toBe(201);
  const [audit, passwords] = npm([
    documented("docs/key-rotation.md", "npm run audit:verify"),
    documented("docs/key-rotation.md", "npm run admin:reset-password"),
  ]);
  expect(audit).toMatch(/The audit log holds: \d+ entries, newest \d+:[0-9a-f]{64}/);
  expect(passwords).toContain("The new password of admin is");
  expect(passwords).toContain("The new password of olga is");
  expect(passwords).toContain("There is no second factor any more.");
});
