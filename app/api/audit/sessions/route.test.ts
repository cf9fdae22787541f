import { beforeAll, describe, expect, it } from "vitest";
import { appendAudit } from "@/lib/audit/append";
import { auditPageSchema, auditStatsSchema } from "@/lib/audit/schema";
import { prisma } from "@/lib/db";
import { useDatabase } from "@/tests/support/database";
import { signedIn } from "@/tests/support/users";
import { GET } from "./route";
import { GET as GET_STATS } from "./stats/route";

useDatabase();
let admin: Record<string, string>;
let operator: Record<string, string>;

const SESSION = "0b54fda5-2f3b-4a3e-9d1c-1f6a5b0f7e11";
const write = (login: string, eventType: string, more = {}) =>
  prisma().$transaction((transaction) =>
    appendAudit(
      transaction,
      { login, userId: null, sessionId: SESSION, ip: "192.0.2.7", userAgent: "curl/8" },
      { eventType, ...more },
    ),
  );

const get = async (query = "", headers = admin) =>
  GET(new Request(`http://localhost:3000/api/audit/sessions${query}`, { headers }));
const page = async (query = "") => auditPageSchema.parse(await (await get(query)).json());
const types = async (query: string) => (await page(query)).items.map((item) => item.event_type);

beforeAll(async () => {
  admin = (await signedIn()).headers;
  operator = (await signedIn({ role: "operator" })).headers;
  await write("anna", "login_success");
  await write("anna", "server_updated", {
    target: { kind: "server", id: "7", name: "shop" },
    details: { name: { old: "=shop", new: "store" } },
  });
  await write("boris", "login_failed");
  await write("100%", "logout");
});

describe("/api/audit/sessions", () => {
  it("gives entries, the newest first, with the names of older clients beside ours", async () => {
    const { items, ...rest } = await page("?username=anna&limit=1");
    expect(rest).toEqual({ total: 2, limit: 1, offset: 0 });
    expect(items).toEqual([
      {
        id: expect.any(Number),
        timestamp: expect.any(String),
        event_type: "server_updated",
        ...{ actor: "anna", username: "anna", session_id: SESSION, jti: SESSION },
        ...{ ip_address: "192.0.2.7", user_agent: "curl/8" },
        ...{ target_kind: "server", target_id: "7", target_name: "shop" },
        details: { name: { old: "=shop", new: "store" } },
      },
    ]);
  });

  it.each([
    ["?event_type=login_success,login_failed", ["login_failed", "login_success"]],
    ["?username=boris", ["login_failed"]],
    ["?username=100%25", ["logout"]],
    ["?username=%25", []],
    ["?ip=192.0.2.8", []],
    ["?ip=192.0.2.7&offset=1&limit=2", ["login_failed", "server_updated"]],
    ["?date_to=2020-01-01", []],
    ["?date_from=2020-01-01&event_type=logout&tz=Asia/Tokyo", ["logout"]],
    ["?username=&event_type=&ip=&event_type=", null],
  ])("%s", async (query, expected) => {
    if (expected) expect(await types(query)).toEqual(expected);
    else expect((await get(query)).status).toBe(422);
  });

  it.each(["limit=0", "limit=501", "offset=-1", "date_from=soon", "tz=Mars/One", "username=%00", "format=xml"])(
    "refuses ?%s",
    async (query) => {
      expect((await get(`?${query}`)).status).toBe(422);
    },
  );

  it("passes over what a form left empty", async () => {
    const all = await (await get()).json();
    expect(await (await get("?username=&event_type=&ip=&date_from=&date_to=&tz=")).json()).toEqual(all);
  });

  it("is for administrators only", async () => {
    expect((await get("", operator)).status).toBe(403);
    expect((await get("", {})).status).toBe(401);
    expect((await get("?format=csv", operator)).status).toBe(403);
  });

  it("gives a file, and notes who took it", async () => {
    const response = await get("?username=anna&format=csv&limit=1");
    expect(response.headers.get("content-disposition")).toContain("audit.csv");
    const lines = (await response.text()).trimEnd().split("\r\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^id,timestamp,event_type,actor,username,jti,/);
    const [entry] = (await page("?event_type=export")).items;
    expect(entry).toMatchObject({
      target_kind: "audit",
      details: { entries: 2, filter: { username: "anna" } },
    });
  });
});

describe("/api/audit/sessions/stats", () => {
  it("sums up the whole log and today", async () => {
    const ask = (headers: Record<string, string>) =>
      GET_STATS(new Request("http://localhost:3000/api/audit/sessions/stats?tz=Asia/Tokyo", { headers }));
    const stats = auditStatsSchema.parse(await (await ask(admin)).json());
    const total_events = await prisma().auditLog.count();
    const exports = await prisma().auditLog.count({ where: { eventType: "export" } });
    expect(stats).toEqual({
      total_events,
      logins_today: 1,
      unique_users_week: 1,
      actions_today: 1 + exports,
      failed_today: 1,
      failed_total: 1,
    });
    expect((await ask(operator)).status).toBe(403);
  });

  it("counts today by the clock of whoever asks", async () => {
    await prisma().auditLog.updateMany({ data: { createdAt: new Date(Date.now() - 30 * 3_600_000) } });
    const ask = () => GET_STATS(new Request("http://localhost:3000/api/audit/sessions/stats", { headers: admin }));
    expect(await (await ask()).json()).toMatchObject({ logins_today: 0, failed_today: 0, unique_users_week: 1 });
  });
});
