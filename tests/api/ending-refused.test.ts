// Who may end sessions of watched servers, and what is refused before the collector is asked.
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import * as cancel from "@/app/api/server/[name]/sessions/[pid]/cancel/route";
import * as terminate from "@/app/api/server/[name]/sessions/[pid]/terminate/route";
import { pool } from "@/lib/db";
import { endSession } from "@/lib/fleet/end-session";
import type { Handler } from "@/lib/http/endpoint";
import { forgetSettings } from "@/lib/settings/queries";
import { type Actor, type Scope, systemActor } from "@/lib/users/permissions";
import { takeAttempt } from "@/lib/users/throttle";
import { useDatabase } from "../support/database";
import { registerServer } from "../support/fleet";
import { createUser, signIn } from "../support/live";

useDatabase();

const actor: Actor = { ...systemActor(), kind: "user", login: "oleg", role: "operator" };
let operator: Record<string, string> = {};

beforeAll(async () => {
  operator = (await signIn(await createUser("olga", "operator"))).headers;
  for (const name of ["shop", "blind"]) await registerServer(name, "postgresql://u:p@127.0.0.1:1/d");
});

async function ask(route: { POST: Handler }, pid: unknown, body: object, headers = operator): Promise<number> {
  const request = new Request("http://localhost/api/server/shop/sessions/1/cancel", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  return (await route.POST(request, { params: Promise.resolve({ name: "shop", pid: String(pid) }) })).status;
}

describe("nothing is asked of the collector", () => {
  const asked = { server: "shop", pid: 1, verb: "cancel", backend_start: "2026-01-31T12:00:00Z" } as const;
  afterEach(async () => {
    const { rows } = await pool().query(
      "SELECT (SELECT count(*) FROM session_request) + (SELECT count(*) FROM audit_log) AS written",
    );
    expect(rows).toEqual([{ written: "0" }]);
  });

  it("by a viewer, a stranger, or a token without the scope", async () => {
    const viewer = (await signIn(await createUser("vera", "viewer"))).headers;
    const { backend_start } = asked;
    for (const route of [cancel, terminate]) {
      expect(await ask(route, 1, { backend_start }, viewer)).toBe(403);
      expect(await ask(route, 1, { backend_start }, {})).toBe(401);
    }
    for (const scopes of [["read"], ["streams:write"], []] as Scope[][])
      await expect(endSession({ ...actor, scopes }, asked)).rejects.toMatchObject({ code: "forbidden" });
    await expect(endSession({ ...actor, scopes: ["servers:write"] }, { ...asked, server: "no" })).rejects.toMatchObject(
      { code: "not_found" },
    );
  });

  it("while a setting turns it off, whoever asks", async () => {
    await pool().query("INSERT INTO settings (key, value) VALUES ('allow_session_cancel', 'false')");
    forgetSettings();
    await expect(endSession({ ...actor, role: "admin" }, asked)).rejects.toMatchObject({
      ...{ code: "forbidden", message: expect.stringContaining("allow_session_cancel") },
    });
    await pool().query("DELETE FROM settings");
    forgetSettings();
  });

  it("of a server that is paused, has no PostgreSQL, or is not there", async () => {
    await pool().query("UPDATE servers SET enabled = false WHERE name = 'blind'");
    await expect(endSession(actor, { ...asked, server: "blind" })).rejects.toMatchObject({ code: "conflict" });
    await pool().query("UPDATE servers SET pg_host = NULL WHERE name = 'blind'");
    await expect(endSession(actor, { ...asked, server: "blind" })).rejects.toMatchObject({ code: "conflict" });
    for (const server of ["nowhere", "a/b", "x\0y"])
      await expect(endSession(actor, { ...asked, server })).rejects.toMatchObject({ code: "not_found" });
  });

  it("more than 30 times a minute", async () => {
    const limits = [{ key: "session-end:oleg", attempts: 30 }];
    for (let count = 0; count < 30; count += 1) await takeAttempt(limits, new Date());
    await expect(endSession(actor, asked)).rejects.toMatchObject({ code: "too_many_requests" });
  });

  it.each([
    [404, 0, {}],
    [404, "x", {}],
    [404, 2 ** 31, {}],
    [422, 1, { backend_start: "yesterday" }],
    [422, 1, { backend_start: "0000-01-01T00:00:00Z" }],
    [422, 1, { backend_start: "9999-12-31T23:59:59-23:59" }],
    [422, 1, { reason: "x".repeat(501) }],
    [422, 1, { reason: "a\0b" }],
    [422, 1, { query: "SELECT 1" }],
  ])("what is not valid is answered by %i (pid %s, %j)", async (status, pid, other) => {
    expect(await ask(cancel, pid, { backend_start: asked.backend_start, ...other })).toBe(status);
  });
});
