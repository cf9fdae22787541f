import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { pool, prisma } from "@/lib/db";
import { forgetSettings, settings } from "@/lib/settings/queries";
import { SETTING_KEYS, SETTINGS, type SettingDefinition, type SettingKey } from "@/lib/settings/schema";
import { settingsViewSchema } from "@/lib/settings/view";
import { useDatabase } from "@/tests/support/database";
import { signedIn } from "@/tests/support/users";
import { GET, PUT } from "./route";

useDatabase();
let admin: Record<string, string>;
let login: string;

const url = "http://localhost:3000/api/settings";
const get = (headers = admin) => GET(new Request(url, { headers }));
const put = (body: unknown, headers: Record<string, string> = {}) =>
  PUT(
    new Request(url, {
      method: "PUT",
      headers: { "content-type": "application/json", ...admin, ...headers },
      body: JSON.stringify(body),
    }),
  );
const read = async (response: Promise<Response>) => settingsViewSchema.parse(await (await response).json());

beforeAll(async () => {
  const user = await signedIn({ kind: "bearer" });
  admin = user.headers;
  login = user.user.login;
});
beforeEach(async () => {
  await pool().query("TRUNCATE settings, activity_events");
  forgetSettings();
});
afterEach(() => {
  delete process.env.COLLECT_INTERVAL;
  delete process.env.AUTO_END_TIMEOUT;
});

const definitions = SETTING_KEYS.map((key): [SettingKey, SettingDefinition] => [key, SETTINGS[key]]);
const numbers = definitions.filter(([, { min }]) => min !== undefined);

describe("GET /api/settings", () => {
  it("gives each setting by its key, with all that is known of it", async () => {
    const view = await read(get());
    expect(Object.keys(view)).toEqual(SETTING_KEYS);
    expect(view.collect_interval).toEqual({
      ...{ key: "collect_interval", value: 15, value_type: "int", default: 15 },
      description: SETTINGS.collect_interval.description,
      ...{ updated_at: null, updated_by: null, min: 5, max: 86_400, unit: "s", options: null },
      ...{ label: "Collection interval", locked: null },
    });
    expect(view.thresholds.value_type).toBe("json");
    expect(view.downsample_interval.options).toEqual(["5s", "1m", "5m", "1h"]);
  });

  it.each(["operator", "viewer"] as const)("is not for a %s", async (role) => {
    const { headers } = await signedIn({ role, kind: "bearer" });
    expect((await get(headers)).status).toBe(403);
    expect((await put({ collect_interval: 20 }, headers)).status).toBe(403);
  });
});

describe("PUT /api/settings", () => {
  it("takes a subset, plain or as it was read, and says who changed it when", async () => {
    const before = await read(get());
    const after = await read(put({ collect_interval: 20, language: { ...before.language, value: "ru" } }));
    expect(after.collect_interval).toMatchObject({ value: 20, updated_by: login, updated_at: expect.any(String) });
    expect(after.language.value).toBe("ru");
    expect(after.retention_days.updated_at).toBeNull();
    expect(await read(put(after))).toEqual(after);
  });

  it.each(numbers)("%s: takes both ends of its range, and nothing beyond", async (key, { min = 0, max = 0, label }) => {
    // Not above the retention of full resolution: a rule of its own.
    const room = key === "downsample_after_days" ? { retention_days: 3_650 } : {};
    const lower = key === "retention_days" ? { downsample_after_days: 0 } : {};
    for (const value of [min, max]) {
      const response = await put({ ...room, ...lower, [key]: value });
      expect(response.status).toBe(200);
      expect((await settings())[key]).toBe(value);
    }
    for (const value of [min - 1, max + 1, String(min), null, min + 0.5]) {
      const response = await put({ [key]: value });
      expect(response.status).toBe(422);
      expect(await response.json()).toMatchObject({
        errors: [{ path: key, message: `${label}: from ${min} to ${max}` }],
      });
    }
  });

  it.each(definitions.filter(([, { min }]) => min === undefined))(
    "%s: takes its default, and no nonsense",
    async (key, { default: initial }) => {
      expect((await put({ [key]: initial })).status).toBe(200);
      for (const value of [7.5, [], "nonsense"]) expect((await put({ [key]: value })).status).toBe(422);
    },
  );

  it("changes nothing when a part is wrong", async () => {
    const response = await put({ collect_interval: 20, nonsense: 1 });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ errors: [{ path: "nonsense" }] });
    expect(await prisma().setting.count()).toBe(0);
  });

  it("shows what the environment fixes, and refuses to change it", async () => {
    process.env.COLLECT_INTERVAL = "30";
    process.env.AUTO_END_TIMEOUT = "120";
    const view = await read(get());
    expect(view.collect_interval).toMatchObject({ value: 30, locked: "COLLECT_INTERVAL" });
    expect(view.auto_end_timeout_seconds).toMatchObject({ value: 120, locked: "AUTO_END_TIMEOUT" });
    const response = await put({ collect_interval: 31 });
    expect(response.status).toBe(422);
    expect(await response.text()).toContain("COLLECT_INTERVAL");
    expect((await put(view)).status).toBe(200);
  });

  it("overwrites nothing that was not seen", async () => {
    const tag = (await get()).headers.get("etag") ?? "";
    expect((await get({ ...admin, "if-none-match": tag })).status).toBe(304);
    expect((await put({ collect_interval: 20 }, { "if-match": tag })).status).toBe(200);
    expect((await put({ collect_interval: 25 }, { "if-match": tag })).status).toBe(412);
    expect((await settings()).collect_interval).toBe(20);
    const fresh = (await get()).headers.get("etag") ?? "";
    expect((await put({ collect_interval: 25 }, { "if-match": fresh })).status).toBe(200);
  });
});
