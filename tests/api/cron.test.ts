// Who may call what cron calls, and that cron alone collects then.
import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { GET } from "@/app/api/cron/collect/route";
import { collectOnce } from "@/lib/collect/cron";
import { MOST_SECONDS } from "@/lib/collect/cron-schema";
import { enabledServers } from "@/lib/collect/fleet";
import { pool } from "@/lib/db";
import { provideEnv } from "@/lib/env";
import { intervalsOf } from "@/lib/fleet/series";
import { clientOf } from "@/lib/http/client";
import { notePlainNext } from "@/lib/plain-next";
import { settingLocks, settings } from "@/lib/settings/queries";
import { useDatabase } from "../support/database";
import { createServerRow } from "../support/live";

useDatabase();
const report = { status: "busy", complete: false, duration_ms: 0, servers: 0, runs: 0, failed: 0, samples: 0, lost: 0 };
vi.mock("@/lib/collect/cron", () => ({ collectOnce: vi.fn(async () => report) }));
const SECRET = "tide-7-lantern-cron";

const call = (authorization?: string, query = "") =>
  GET(new Request(`http://localhost/api/cron/collect${query}`, { headers: authorization ? { authorization } : {} }));

afterEach(() => {
  vi.clearAllMocks();
  provideEnv({ CRON_SECRET: "" });
});

describe("/api/cron/collect", () => {
  it("is not there without CRON_SECRET", async () => {
    expect((await call(`Bearer ${SECRET}`)).status).toBe(404);
  });

  it("says to strangers nothing of what they ask with", async () => {
    expect((await call(undefined, "?seconds=x")).status).toBe(404);
    provideEnv({ CRON_SECRET: SECRET });
    expect((await call("Bearer wrong", "?seconds=x&other=1")).status).toBe(401);
    expect(GET.operation.query).toBeDefined();
  });

  it.each([undefined, "Bearer", `Bearer ${SECRET}x`, `Bearer ${SECRET.slice(1)}`, `Basic ${SECRET}`])(
    "refuses %s",
    async (authorization) => {
      provideEnv({ CRON_SECRET: SECRET });
      const answer = await call(authorization);
      expect(answer.status).toBe(401);
      expect(await answer.text()).not.toContain(SECRET);
      expect(collectOnce).not.toHaveBeenCalled();
    },
  );

  it("collects for whoever brings it, for as long as asked for", async () => {
    provideEnv({ CRON_SECRET: SECRET });
    const answer = await call(`Bearer ${SECRET}`, "?seconds=20");
    expect([answer.status, await answer.json()]).toEqual([200, report]);
    expect(collectOnce).toHaveBeenCalledWith({ seconds: 20 });
    expect((await call(`Bearer ${SECRET}`, "?seconds=46")).status).toBe(422);
  });

  it("says what to do where nobody has migrated, and hides other faults", async () => {
    provideEnv({ CRON_SECRET: SECRET });
    vi.mocked(collectOnce).mockImplementationOnce(async () => (await pool().query("SELECT id FROM not_yet")).rows[0]);
    const answer = await call(`Bearer ${SECRET}`);
    expect(answer.status).toBe(503);
    expect((await answer.json()).detail).toContain("npm run migrate");
    vi.mocked(collectOnce).mockImplementationOnce(async () => (await pool().query("SELECT 1/0")).rows[0]);
    expect((await call(`Bearer ${SECRET}`)).status).toBe(500);
  });
});

it("nothing is expected more often than cron calls, unless the environment says so itself", async () => {
  provideEnv({ CRON_SECRET: SECRET });
  expect(settingLocks()).toEqual({ collect_interval: "CRON_SECRET", sampling_interval_seconds: "CRON_SECRET" });
  expect(await settings()).toMatchObject({ collect_interval: 60, sampling_interval_seconds: 60 });
  provideEnv({ COLLECT_INTERVAL: "120" });
  expect(settingLocks()).toMatchObject({ collect_interval: "COLLECT_INTERVAL" });
  provideEnv({ COLLECT_INTERVAL: "" });
});

it("expects nothing sooner of a server that has intervals of its own", async () => {
  const id = await createServerRow("hasty");
  await pool().query(
    `UPDATE servers SET intervals = '{"collect_interval": 5, "size_update_interval": 900}' WHERE id = $1`,
    [id],
  );
  const held = async () => (await enabledServers()).find((server) => server.id === id)?.intervals;
  expect(await held()).toEqual({ collect_interval: 5, size_update_interval: 900 });
  provideEnv({ CRON_SECRET: SECRET });
  expect(await held()).toEqual({ collect_interval: 60, size_update_interval: 900 });
  const own = { collect_interval: 5, db_check_interval: null };
  expect(await intervalsOf({ intervals: own })).toMatchObject({ collect_interval: 60, db_check_interval: 1_800 });
  expect(await intervalsOf({ intervals: { collect_interval: 600 } })).toMatchObject({ collect_interval: 600 });
});

it("believes no address of a client where only Next serves", () => {
  const headers = new Headers({ "x-dozor-remote": "192.0.2.1" });
  expect(clientOf(headers).ip).toBe("192.0.2.1");
  const shared = globalThis as { dozorExclusive?: boolean; dozorPlainNext?: boolean };
  notePlainNext();
  expect(clientOf(headers).ip).toBeNull();
  shared.dozorExclusive = false;
  notePlainNext();
  expect(clientOf(headers).ip).toBe("192.0.2.1");
});

it("vercel.json names what is there, and gives a call as long as it may take", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
  const { buildCommand, crons, functions } = JSON.parse(readFileSync("vercel.json", "utf8"));
  for (const [, name] of buildCommand.matchAll(/npm run (\S+)/g)) expect(scripts, name).toHaveProperty(name);
  expect(crons).toEqual([{ path: "/api/cron/collect", schedule: "* * * * *" }]);
  const [route = "", { maxDuration } = { maxDuration: 0 }] =
    Object.entries<{ maxDuration: number }>(functions)[0] ?? [];
  expect([route, existsSync(route)]).toEqual([`app${crons[0].path}/route.ts`, true]);
  // What follows the stretch: answers under way, and two seconds for our database.
  expect(maxDuration - MOST_SECONDS).toBeGreaterThanOrEqual(15);
});
