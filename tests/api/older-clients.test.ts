// Calls as clients of the older systems make them: the same addresses, forms and names of fields.
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as auditSessions from "@/app/api/audit/sessions/route";
import * as auditStats from "@/app/api/audit/sessions/stats/route";
import * as login from "@/app/api/auth/login/route";
import * as authMe from "@/app/api/auth/me/route";
import * as authPassword from "@/app/api/auth/password/route";
import * as logs from "@/app/api/logs/route";
import * as logStats from "@/app/api/logs/stats/route";
import * as settingsRoute from "@/app/api/settings/route";
import * as activity from "@/app/api/system/activity/route";
import * as token from "@/app/api/token/route";
import * as me from "@/app/api/users/me/route";
import * as users from "@/app/api/users/route";
import { pool } from "@/lib/db";
import type { Handler } from "@/lib/http/endpoint";
import { useDatabase } from "../support/database";
import { createUser, PASSWORD } from "../support/users";

useDatabase();

const JSON_TYPE = { "content-type": "application/json" };
let admin: { login: string };
let bearer: Record<string, string>;

const ask = (handler: Handler, path: string, init: RequestInit = {}) =>
  handler(new Request(`http://localhost${path}`, { ...init, headers: { ...bearer, ...init.headers } }));
const get = async (handler: Handler, path: string) => {
  const response = await ask(handler, path);
  expect(response.status, path).toBe(200);
  return response.json();
};

beforeAll(async () => {
  admin = await createUser({ role: "admin" });
});
beforeEach(async () => {
  await pool().query("TRUNCATE throttle");
  const body = new URLSearchParams({ username: admin.login, password: PASSWORD });
  const answer = await token.POST(new Request("http://localhost/api/token", { method: "POST", body }));
  expect(answer.status).toBe(200);
  expect(answer.headers.get("set-cookie")).toMatch(/^refresh_token=.+HttpOnly; SameSite=Strict/);
  const { access_token, token_type, expires_in } = await answer.json();
  expect([token_type, expires_in]).toEqual(["bearer", 3_600]);
  bearer = { authorization: `Bearer ${access_token}` };
});

describe("the fleet monitor's clients", () => {
  it("make users and read them and themselves", async () => {
    const made = await ask(users.POST, "/api/users", {
      method: "POST",
      headers: JSON_TYPE,
      body: JSON.stringify({ username: "olga", password: "slow green kettle 5", role: "viewer", is_active: true }),
    });
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({ login: "olga", username: "olga", role: "viewer", is_active: true });
    expect((await get(users.GET, "/api/users?limit=50&offset=0")).items).toContainEqual(
      expect.objectContaining({ username: "olga", is_active: true, created_at: expect.any(String), last_login: null }),
    );
    expect(await get(me.GET, "/api/users/me")).toMatchObject({ username: admin.login, role: "admin", is_active: true });
  });

  it("read the audit log and its numbers", async () => {
    const page = await get(auditSessions.GET, "/api/audit/sessions?limit=50&offset=0&event_type=login_success");
    expect(page).toMatchObject({ limit: 50, offset: 0, total: expect.any(Number) });
    expect(page.items[0]).toMatchObject({
      username: admin.login,
      event_type: "login_success",
      jti: expect.any(String),
    });
    expect(Object.keys(await get(auditStats.GET, "/api/audit/sessions/stats")).sort()).toEqual(
      ["actions_today", "failed_today", "failed_total", "logins_today", "total_events", "unique_users_week"].sort(),
    );
  });

  it("read the system log and its numbers", async () => {
    await pool().query("INSERT INTO system_log (level, source, message) VALUES ('error', 'collector', 'a pipe burst')");
    const page = await get(logs.GET, "/api/logs?level=error&source=collector&search=pipe&limit=50&offset=0");
    expect(page.items).toMatchObject([{ level: "error", source: "collector", message: "a pipe burst" }]);
    expect(await get(logStats.GET, "/api/logs/stats")).toMatchObject({ total: 1, errors_today: 1, warnings_today: 0 });
  });

  it("read settings as an object keyed by setting, and put a subset back", async () => {
    const all = await get(settingsRoute.GET, "/api/settings");
    expect(all.collect_interval).toMatchObject({ key: "collect_interval", value: 15, description: expect.any(String) });
    expect(Object.keys(all.collect_interval)).toEqual(expect.arrayContaining(["value_type", "updated_at"]));
    const put = await ask(settingsRoute.PUT, "/api/settings", {
      method: "PUT",
      headers: JSON_TYPE,
      body: JSON.stringify({ collect_interval: 20 }),
    });
    expect(put.status).toBe(200);
    expect((await get(settingsRoute.GET, "/api/settings")).collect_interval.value).toBe(20);
  });
});

describe("the host monitor's clients", () => {
  it("sign in by JSON, ask who they are, and change their password", async () => {
    const body = JSON.stringify({ username: admin.login, password: PASSWORD });
    const answer = await login.POST(
      new Request("http://localhost/api/auth/login", { method: "POST", headers: JSON_TYPE, body }),
    );
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ token_type: "bearer", access_token: expect.any(String) });
    expect(await get(authMe.GET, "/api/auth/me")).toMatchObject({ username: admin.login, role: "admin" });
    const wrong = await ask(authPassword.PUT, "/api/auth/password", {
      method: "PUT",
      headers: JSON_TYPE,
      body: JSON.stringify({ current_password: "not this one 1", new_password: "slow green kettle 6" }),
    });
    expect(wrong.status).toBe(422);
  });
});

describe("the dashboard's clients", () => {
  it("read the activity feed", async () => {
    await pool().query(
      "INSERT INTO activity_events (type, severity, message) VALUES ('server_down', 'error', 'shop is down')",
    );
    const feed = await get(activity.GET, "/api/system/activity?limit=20&offset=0&type=server_down");
    expect(feed).toMatchObject({
      total: 1,
      events: [{ type: "server_down", message: "shop is down", user_email: null, details: {} }],
    });
  });
});
