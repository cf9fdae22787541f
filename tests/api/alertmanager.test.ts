// What an Alertmanager posts becomes events of the feed: each piece of news once, whatever stands in it.
import fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { listActivity } from "@/lib/activity/queries";
import type { ActivityEvent } from "@/lib/activity/schema";
import { pool } from "@/lib/db";
import { systemActor } from "@/lib/users/permissions";
import { callApi } from "../support/api";
import { useDatabase } from "../support/database";
import { apiToken, createServerRow, createUser, eventually } from "../support/live";

useDatabase();

let headers: Record<string, string>;
let shop: number;
beforeAll(async () => {
  const operator = await createUser("oleg", "operator");
  headers = await apiToken(operator, ["alerts:write"]);
  shop = await createServerRow("shop/№ 1");
  await pool().query(
    "WITH made AS (INSERT INTO subject (kind) VALUES ('channel') RETURNING id) INSERT INTO channels (id, channel_id, name) SELECT id, '-1001', 'Radio' FROM made",
  );
});
beforeEach(async () => {
  await pool().query("DELETE FROM activity_events; DELETE FROM system_log");
  (globalThis as { dozorThrottle?: unknown }).dozorThrottle = undefined;
});

const FIRING = {
  status: "firing",
  labels: { alertname: "ReplicationLag", severity: "critical", server: "shop/№ 1" },
  annotations: { summary: "The replica is 40 s behind" },
  startsAt: "2026-11-22T12:00:00.123456789+03:00",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "http://prometheus:9090/graph?g0.expr=pg_replication_lag_seconds",
  fingerprint: "7dcb0f4bd8f4a1a5",
};
const RESOLVED = { ...FIRING, status: "resolved", endsAt: "2026-11-22T09:30:00Z" };
const MESSAGE = {
  ...{ version: "4", groupKey: '{}:{alertname="ReplicationLag"}', truncatedAlerts: 0, status: "firing" },
  ...{ receiver: "telegram", groupLabels: {}, commonLabels: {}, commonAnnotations: {}, externalURL: "http://a:9093" },
};

const post = (body: unknown, more: Record<string, string> = headers) =>
  callApi("/api/alertmanager/webhook", {
    method: "POST",
    headers: { "content-type": "application/json", ...more },
    body: JSON.stringify(body),
  });
const report = async (...alerts: unknown[]) => {
  const response = await post({ ...MESSAGE, alerts });
  expect(response.status).toBe(200);
  return response.json();
};
const feed = async (): Promise<ActivityEvent[]> =>
  (await listActivity(systemActor(), { limit: 100 })).events.toReversed();

describe("an alert", () => {
  it("is told when it fires and when it is over, with what it is about", async () => {
    expect(await report(FIRING)).toEqual({ recorded: 1, repeated: 0 });
    expect(await report(RESOLVED)).toEqual({ recorded: 1, repeated: 0 });
    const details = {
      ...{ source: "alertmanager", alert: "ReplicationLag", summary: "The replica is 40 s behind" },
      ...{ fingerprint: "7dcb0f4bd8f4a1a5", starts_at: "2026-11-22T09:00:00.123Z", labels: FIRING.labels },
      generator_url: FIRING.generatorURL,
    };
    const target = { kind: "server", id: String(shop), name: "shop/№ 1" };
    expect(await feed()).toMatchObject([
      {
        ...{ type: "alert_fired", severity: "error", target, actor: null },
        message: "ReplicationLag fires on shop/№ 1: The replica is 40 s behind",
        details: { ...details, ends_at: null },
      },
      {
        ...{ type: "alert_resolved", severity: "info", target, message: "ReplicationLag is over on shop/№ 1" },
        details: { ...details, ends_at: "2026-11-22T09:30:00.000Z" },
      },
    ]);
  });

  it("is no news when it is repeated, also twice in a message, or by two Alertmanagers at once", async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => report(FIRING, FIRING)));
    expect(answers.map(({ recorded }) => recorded).sort()).toEqual([0, 0, 0, 1]);
    expect(answers.reduce((sum, { recorded, repeated }) => sum + recorded + repeated, 0)).toBe(8);
    expect(await report({ ...FIRING, startsAt: "2026-11-22T09:00:00.123Z" })).toEqual({ recorded: 0, repeated: 1 });
    expect(await feed()).toHaveLength(1);
  });

  it("is no news when it is heard only after its end that it fired", async () => {
    expect(await report(RESOLVED)).toEqual({ recorded: 1, repeated: 0 });
    expect(await report(FIRING)).toEqual({ recorded: 0, repeated: 1 });
    expect(await feed()).toMatchObject([{ type: "alert_resolved" }]);
  });

  it("is news when it fires anew, or is another one", async () => {
    await report(FIRING, RESOLVED);
    const answer = await report(
      { ...FIRING, startsAt: "2026-11-22T10:00:00Z" },
      { ...FIRING, fingerprint: "0000000000000001" },
    );
    expect(answer).toEqual({ recorded: 2, repeated: 0 });
  });

  it.each([
    ["critical", "error"],
    ["Page", "error"],
    ["warning", "warning"],
    ["none", "info"],
    ["whatever", "warning"],
    [undefined, "warning"],
  ])("of severity %s is of severity %s", async (given, severity) => {
    await report({ ...FIRING, labels: { alertname: "A", ...(given && { severity: given }) } });
    expect(await feed()).toMatchObject([{ severity, target: null, message: "A fires: The replica is 40 s behind" }]);
  });

  it("is about the channel that it names, and about nothing where nobody is of that name", async () => {
    await report({ ...FIRING, labels: { alertname: "NoActiveStreams", channel_id: "-1001" } });
    await report({ ...FIRING, startsAt: "2026-11-23T00:00:00Z", labels: { alertname: "A", server: "gone" } });
    const [first, second] = await feed();
    expect(first?.target).toEqual({ kind: "channel", id: "-1001", name: "Radio" });
    expect(second).toMatchObject({ target: null, details: { labels: { server: "gone" } } });
  });

  it("with far too many labels is told once all the same, with as many as there is room for", async () => {
    const labels = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`label_${i}`, "ж".repeat(1_000)]));
    const alert = { ...FIRING, labels: { ...FIRING.labels, ...labels }, annotations: { summary: "ж".repeat(9_000) } };
    await report(alert);
    expect(await report(alert)).toEqual({ recorded: 0, repeated: 1 });
    const [event] = await feed();
    expect(event?.message.startsWith("ReplicationLag fires on shop/№ 1: жж")).toBe(true);
    expect(event?.details).toMatchObject({ fingerprint: FIRING.fingerprint, labels: FIRING.labels });
    expect(JSON.stringify(event?.details).length).toBeLessThan(16_384);
  });
});

describe("a message", () => {
  it.each([
    ["an alert without a fingerprint", { alerts: [{ ...FIRING, fingerprint: undefined }] }, "alerts.0.fingerprint"],
    ["a time that is none", { alerts: [FIRING, { ...FIRING, startsAt: "yesterday" }] }, "alerts.1.startsAt"],
    ["a label that is no text", { alerts: [{ ...FIRING, labels: { a: 1 } }] }, "alerts.0.labels.a"],
    ["a state that is none", { alerts: [{ ...FIRING, status: "pending" }] }, "alerts.0.status"],
    ["another version", { version: "5", alerts: [] }, "version"],
    ["no alerts", {}, "alerts"],
  ])("with %s is refused whole, and says where", async (_what, part, path) => {
    const response = await post({ ...MESSAGE, ...part });
    expect(response.status).toBe(422);
    expect((await response.json()).errors).toMatchObject([{ path }]);
    expect(await feed()).toEqual([]);
  });

  it("that leaves alerts out is noted in the system log", async () => {
    await post({ ...MESSAGE, truncatedAlerts: 7, alerts: [FIRING] });
    const { rows } = await pool().query("SELECT level, source, message FROM system_log");
    expect(rows).toMatchObject([{ level: "warning", source: "alertmanager" }]);
    expect(rows[0].message).toContain("7 alerts");
  });

  it("of many at once finds what is told already among very many", async () => {
    await pool().query(
      `INSERT INTO activity_events (type, severity, message, details)
       SELECT 'alert_fired', 'info', 'x', jsonb_build_object('fingerprint', 'old' || i, 'starts_at', '2026-11-22T09:00:00.123Z')
       FROM generate_series(1, 40000) AS i`,
    );
    const many = (of: number) =>
      Array.from({ length: 2_000 }, (_, i) => ({ ...FIRING, fingerprint: i === 0 ? "old1" : `${of}.${i}` }));
    const answers = [1, 2].map((of) => report(...many(of)));
    expect(await Promise.all(answers)).toEqual(Array(2).fill({ recorded: 1_999, repeated: 1 }));
  });

  it("waits its turn without a connection of its own, and is told to come again when very many wait", async () => {
    const other = await pool().connect();
    await other.query("BEGIN; SELECT pg_advisory_xact_lock(hashtext('dozor.alertmanager'))");
    const statuses: number[] = [];
    const posts = Array.from({ length: 40 }, async () => {
      statuses.push((await post({ ...MESSAGE, alerts: [FIRING] })).status);
    });
    await eventually(async () => expect(statuses).toHaveLength(19));
    expect(pool().waitingCount).toBe(0);
    await other.query("COMMIT");
    other.release();
    await Promise.all(posts);
    expect(statuses.filter((status) => status === 503)).toHaveLength(19);
    expect(statuses.filter((status) => status === 200)).toHaveLength(21);
  });

  it("is taken of an operator's token with that scope alone", async () => {
    const status = async (role: "admin" | "operator" | "viewer", scopes: string[]) =>
      (
        await post(
          { ...MESSAGE, alerts: [FIRING] },
          await apiToken(await createUser(`${role}-${scopes}`, role), scopes),
        )
      ).status;
    expect(await status("operator", ["alerts:write"])).toBe(200);
    expect(await status("admin", ["admin"])).toBe(200);
    expect(await status("viewer", ["alerts:write"])).toBe(403);
    expect(await status("admin", ["read", "servers:write", "streams:write", "metrics:read"])).toBe(403);
    expect((await post({ ...MESSAGE, alerts: [FIRING] }, {})).status).toBe(401);
  });

  it("whatever stands in it, is taken or refused, and never breaks the feed", async () => {
    const nasty = fc.oneof(
      fc.constantFrom(
        "",
        "\0",
        "\ud800",
        "a\r\nb",
        "\u202e",
        "<img src=x onerror=1>",
        "javascript:alert(1)",
        "{x}",
        "'",
      ),
      fc.string({ unit: "binary", maxLength: 40 }),
      fc.constant("x".repeat(20_000)),
    );
    const keys = fc.oneof(
      nasty,
      fc.constantFrom("alertname", "severity", "server", "channel_id", "summary", "__proto__"),
    );
    const texts = fc.dictionary(keys, nasty, { maxKeys: 8 });
    const alert = fc.record({
      status: fc.constantFrom("firing", "resolved"),
      ...{ labels: texts, annotations: texts, generatorURL: nasty },
      startsAt: fc.constantFrom(FIRING.startsAt, "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"),
      endsAt: fc.constantFrom("0001-01-01T00:00:00Z", "2026-11-22T09:30:00Z"),
      fingerprint: fc.oneof(fc.stringMatching(/^[0-9a-f]{16}$/), fc.constantFrom("\0", "' OR 1=1", "\ud800")),
    });
    const anything = fc.record({ version: fc.constant("4"), alerts: fc.array(fc.anything({ maxDepth: 3 })) });
    const good = fc.record({ version: fc.constant("4"), alerts: fc.array(alert, { maxLength: 4 }) });
    let taken = 0;
    const check = async (body: unknown) => {
      (globalThis as { dozorThrottle?: unknown }).dozorThrottle = undefined;
      const text = JSON.stringify(body, (_, value) => (typeof value === "bigint" ? String(value) : value));
      const response = await post(JSON.parse(text));
      expect([200, 422], await response.clone().text()).toContain(response.status);
      if (response.status !== 200) return;
      const { recorded } = await response.json();
      taken += recorded;
      for (const event of await feed()) {
        expect(event.message.length).toBeGreaterThan(0);
        expect(event.message).not.toMatch(/[\0\r\n]/);
        expect(event.details.generator_url ?? "http://").toMatch(/^https?:\/\//);
        expect(event.details.source).toBe("alertmanager");
      }
      await pool().query("DELETE FROM activity_events");
    };
    await fc.assert(fc.asyncProperty(fc.oneof({ weight: 3, arbitrary: good }, anything), check), { numRuns: 80 });
    expect(taken).toBeGreaterThan(3);
  });
});
