// Configuration and retention through the handlers that serve them: three views of one store.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as perf from "@/app/api/config/perf/route";
import * as config from "@/app/api/config/route";
import * as cleanup from "@/app/api/retention/cleanup/route";
import * as retention from "@/app/api/retention/route";
import { pool, prisma } from "@/lib/db";
import type { Handler } from "@/lib/http/endpoint";
import { sealHours } from "@/lib/metrics/seal";
import { writeSamples } from "@/lib/metrics/write";
import { configSchema, retentionSchema } from "@/lib/retention/schema";
import { forgetSettings } from "@/lib/settings/queries";
import { VERSION } from "@/lib/version";
import { useDatabase } from "../support/database";
import { createServerRow, createUser, signIn } from "../support/live";

useDatabase();

type Headers = Record<string, string>;
let admin: Headers;
let viewer: Headers;
let operator: Headers;
let browser: Headers;

beforeAll(async () => {
  viewer = (await signIn(await createUser("vera", "viewer"))).headers;
  operator = (await signIn(await createUser("oleg", "operator"))).headers;
  const anna = await createUser("anna", "admin");
  admin = (await signIn(anna)).headers;
  browser = { ...(await signIn(anna, "browser")).headers, host: "localhost" };
});
beforeEach(async () => {
  await pool().query("TRUNCATE settings, audit_log, activity_events");
  forgetSettings();
});
afterEach(() => {
  delete process.env.SAMPLING_INTERVAL_SECONDS;
});

interface Call {
  method?: string;
  headers?: Headers;
  body?: unknown;
}

async function ask(handler: Handler, path: string, { method = "GET", headers = admin, body }: Call = {}) {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const request = new Request(`http://localhost${path}`, {
    method,
    headers: { "content-type": "application/json", ...headers },
    ...content,
  });
  const response = await handler(request);
  return { status: response.status, body: await response.json() };
}

const put = (handler: Handler, body: unknown, headers = admin) =>
  ask(handler, "/api/x", { method: "PUT", headers, body });
const clean = (query = "", headers = admin) =>
  ask(cleanup.POST, `/api/retention/cleanup${query}`, { method: "POST", headers });
const auditEntries = () => prisma().auditLog.findMany({ orderBy: { id: "asc" } });

describe("who may", () => {
  it.each([
    ["/api/config", config.GET],
    ["/api/retention", retention.GET],
  ])("everyone signed in reads %s", async (path, handler) => {
    for (const headers of [viewer, operator, admin]) expect((await ask(handler, path, { headers })).status).toBe(200);
    expect(await ask(handler, path, { headers: {} })).toMatchObject({ status: 401 });
  });

  it("only an admin changes or cleans up, and with a cookie only from our own pages", async () => {
    for (const headers of [viewer, operator]) {
      expect(await put(config.PUT, { retention_days: 20 }, headers)).toMatchObject({ status: 403 });
      expect(await put(retention.PUT, { retention_days: 20 }, headers)).toMatchObject({ status: 403 });
      expect(await clean("", headers)).toMatchObject({ status: 403 });
      expect(await clean("?dry_run=true", headers)).toMatchObject({ status: 403 });
    }
    const elsewhere = { ...browser, origin: "http://evil.example", "sec-fetch-site": "cross-site" };
    expect(await put(config.PUT, { retention_days: 20 }, elsewhere)).toMatchObject({ status: 403 });
    expect(await clean("", elsewhere)).toMatchObject({ status: 403 });
    expect((await ask(config.GET, "/api/config")).body.retention_days).toBe(30);
    expect(await auditEntries()).toEqual([]);
  });
});

describe("/api/config/perf", () => {
  it("tells everyone signed in, and nobody else, what can be counted here", async () => {
    expect(await ask(perf.GET, "/api/config/perf", { headers: {} })).toMatchObject({ status: 401 });
    const { status, body } = await ask(perf.GET, "/api/config/perf", { headers: viewer });
    expect(status).toBe(200);
    expect(body).toMatchObject({ enabled: false, usable: expect.any(Boolean) });
    expect(body.events).toHaveLength(17);
    expect(body.usable).toBe(body.events.some(({ available }: { available: boolean }) => available));
    expect(body.usable || body.trouble.message !== "").toBe(true);
  });
});

describe("/api/config", () => {
  it("has the shape and the defaults of the specification", async () => {
    const { body } = await ask(config.GET, "/api/config", { headers: viewer });
    expect(body).toEqual({
      sampling_interval_seconds: 5,
      perf_events_enabled: false,
      perf_events_cpu_cores: "all",
      perf_events_interval_ms: 1_000,
      retention_days: 30,
      archive_enabled: true,
      downsample_after_days: 7,
      downsample_interval: "1h",
      app_version: VERSION,
    });
  });

  it("takes a subset, answers all of it, and shows in the other view at once", async () => {
    const changes = { sampling_interval_seconds: 2, perf_events_cpu_cores: "0-3,5", downsample_interval: "1 hour" };
    const { status, body } = await put(config.PUT, { ...changes, retention_days: 14 });
    expect([status, body]).toEqual([200, configSchema.parse(body)]);
    expect(body).toMatchObject({ ...changes, retention_days: 14, downsample_interval: "1h", archive_enabled: true });
    expect((await ask(retention.GET, "/api/retention")).body.retention_days).toBe(14);
    const [entry, ...more] = await auditEntries();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({
      eventType: "settings_update",
      actor: "anna",
      details: { retention_days: { old: 30, new: 14 }, sampling_interval_seconds: { old: 5, new: 2 } },
    });
  });

  it("takes back what an older client read and edited", async () => {
    process.env.SAMPLING_INTERVAL_SECONDS = "3";
    const { body: read } = await ask(config.GET, "/api/config");
    expect(await put(config.PUT, { ...read, app_version: "0.0.1", archive_enabled: false })).toEqual({
      status: 200,
      body: { ...read, archive_enabled: false },
    });
    const { body: policy } = await ask(retention.GET, "/api/retention");
    const answer = await put(retention.PUT, { ...policy, downsample_after_days: 3, last_archive_run: "then" });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({ ...policy, downsample_after_days: 3, updated_at: expect.any(String) });
    expect((await auditEntries()).map(({ details }) => details)).toEqual([
      { archive_enabled: { old: true, new: false } },
      { downsample_after_days: { old: 7, new: 3 } },
    ]);
  });

  it.each<[string, unknown, object]>([
    [
      "out of range",
      { retention_days: 0 },
      { path: "retention_days", message: "Retention of full resolution: from 1 to 3650" },
    ],
    ["of another kind", { archive_enabled: "yes" }, { path: "archive_enabled", message: "Archiving: true or false" }],
    ["odd cores", { perf_events_cpu_cores: "1,,2" }, { path: "perf_events_cpu_cores" }],
    ["too early", { retention_days: 6 }, { path: "retention_days", rule: "above_retention" }],
    ["too late", { downsample_after_days: 31 }, { path: "downsample_after_days", rule: "above_retention" }],
    ["unknown", { retention_day: 6, archive_enabled: false }, { message: expect.stringContaining('"retention_day"') }],
  ])("refuses what is %s, and changes nothing", async (_, body, error) => {
    const answer = await put(config.PUT, body);
    expect(answer).toMatchObject({ status: 422, body: { code: "invalid", errors: [error] } });
    expect(await prisma().setting.count()).toBe(0);
    expect(await auditEntries()).toEqual([]);
  });

  it("names the variable that fixes a setting", async () => {
    process.env.SAMPLING_INTERVAL_SECONDS = "3";
    const answer = await put(config.PUT, { sampling_interval_seconds: 4, retention_days: 20 });
    const message = expect.stringContaining("SAMPLING_INTERVAL_SECONDS");
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "sampling_interval_seconds", message }] } });
    expect((await ask(config.GET, "/api/config")).body).toMatchObject({
      sampling_interval_seconds: 3,
      retention_days: 30,
    });
  });
});

describe("/api/retention", () => {
  it("has the shape of the specification, and the time of its last change", async () => {
    const { body } = await ask(retention.GET, "/api/retention", { headers: viewer });
    expect(body).toEqual(retentionSchema.parse(body));
    expect(body).toMatchObject({
      id: 1,
      retention_days: 30,
      retention_months: 12,
      archive_enabled: true,
      downsample_after_days: 7,
      downsample_interval: "1h",
      cleanup_enabled: true,
      cleanup_interval_minutes: 60,
      last_archive_run: null,
    });
    expect(body.updated_at).toBe(body.created_at);
    const before = Date.now();
    const { body: changed } = await put(retention.PUT, { retention_months: 24, cleanup_enabled: false });
    expect(changed).toMatchObject({ retention_months: 24, cleanup_enabled: false, created_at: body.created_at });
    expect(Date.parse(changed.updated_at)).toBeGreaterThanOrEqual(before);
    await put(config.PUT, { sampling_interval_seconds: 9 });
    expect((await ask(retention.GET, "/api/retention")).body.updated_at).toBe(changed.updated_at);
  });
});

describe("/api/retention/cleanup", () => {
  const HOUR = 3_600_000;
  const DAY = 24 * HOUR;

  /** Three hours of one part, sealed. */
  async function historyOf(daysAgo: number): Promise<void> {
    const subject = await createServerRow(`server-${daysAgo}`);
    const start = Math.floor((Date.now() - daysAgo * DAY) / HOUR) * HOUR;
    const rows = [{ labels: {}, values: { usage_percent: 5 } }];
    const times = [0, 1, 2].map((hour) => start + hour * HOUR);
    await writeSamples(times.map((ts) => ({ subject, probe: "cpu", ts, rows })));
    await sealHours(Date.now());
  }
  const count = async (table: string) => Number((await pool().query(`SELECT count(*) FROM ${table}`)).rows[0].count);

  it("counts what would go and leaves no trace; then does just that, and says so everywhere", async () => {
    await historyOf(2);
    await historyOf(21);
    await historyOf(430);
    const would = await clean("?dry_run=true");
    expect(would).toMatchObject({
      status: 200,
      body: { deleted_count: 6, downsampled_count: 3, last_archive_run: null },
    });
    expect([await count("sample_data"), await count("sample_hour")]).toEqual([9, 9]);
    expect(await auditEntries()).toEqual([]);

    const before = Date.now();
    const { body: did } = await clean("?dry_run=false");
    expect(did).toEqual({ ...would.body, last_archive_run: expect.any(String) });
    expect(Date.parse(did.last_archive_run)).toBeGreaterThanOrEqual(before);
    expect(did.freed_bytes).toBeGreaterThan(0);
    expect([await count("sample_data"), await count("sample_hour")]).toEqual([3, 6]);
    expect(await auditEntries()).toMatchObject([
      { eventType: "history_cleanup", actor: "anna", details: { retentionDays: 30, downsampleInterval: "1h" } },
    ]);
    const [event] = await prisma().activityEvent.findMany({ where: { type: "history_cleanup" } });
    expect(event?.message).toBe("anna cleaned up history: 6 hour blocks deleted, 3 reduced");
    const { body: policy } = await ask(retention.GET, "/api/retention", { headers: viewer });
    expect(policy.last_archive_run).toBe(did.last_archive_run);
    expect(Date.now() - Date.parse(policy.oldest_record)).toBeLessThan(22 * DAY);

    expect((await clean()).body).toMatchObject({ deleted_count: 0, downsampled_count: 0, freed_bytes: 0 });
  });

  it("works by hand while it is not done by itself, and takes nothing while archiving is off", async () => {
    await historyOf(22);
    await put(retention.PUT, { archive_enabled: false, cleanup_enabled: false });
    expect((await clean()).body).toMatchObject({ deleted_count: 0, downsampled_count: 0, freed_bytes: 0 });
    await put(retention.PUT, { archive_enabled: true });
    expect((await clean()).body).toMatchObject({ deleted_count: 0, downsampled_count: 3 });
  });

  it("refuses a second one while one runs", async () => {
    await historyOf(23);
    const reader = await pool().connect();
    await reader.query("BEGIN");
    await reader.query("LOCK TABLE sample_data IN ACCESS SHARE MODE");
    const first = clean();
    await expect.poll(auditEntries).toHaveLength(1);
    const second = await clean();
    expect(second.status).toBe(409);
    expect(second.body).toMatchObject({ code: "conflict", detail: expect.stringContaining("already") });
    await reader.query("ROLLBACK");
    reader.release();
    expect((await first).body).toMatchObject({ downsampled_count: 3 });
    // Who was refused cleaned nothing up.
    expect(await auditEntries()).toHaveLength(1);
  });

  it("takes no other word for yes or no", async () => {
    expect(await clean("?dry_run=maybe")).toMatchObject({ status: 422, body: { errors: [{ path: "dry_run" }] } });
    expect(await clean("?dryrun=true")).toMatchObject({ status: 422 });
  });
});
