import { beforeAll, describe, expect, it } from "vitest";
import { appendActivity } from "@/lib/activity/append";
import { activityPageSchema } from "@/lib/activity/schema";
import { pool, prisma } from "@/lib/db";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { signedIn } from "@/tests/support/users";
import { GET } from "./route";

withDatabase();
let admin: Record<string, string>;
let viewer: Record<string, string>;

beforeAll(async () => {
  admin = (await signedIn({ role: "admin" })).headers;
  viewer = (await signedIn({ role: "viewer" })).headers;
  const actor = { login: "oleg", email: "oleg@example.net" };
  await appendActivity(prisma(), { type: "server_down", severity: "error", message: "orders is down" });
  await appendActivity(prisma(), { type: "user_login", severity: "info", message: "=oleg signed in", actor });
  await appendActivity(prisma(), { type: "server_up", severity: "info", message: "orders answers again" });
  await pool().query("UPDATE activity_events SET created_at = '2026-03-01T21:30:00Z' WHERE type = 'server_down'");
});

const ask = (query: string, headers = admin) =>
  GET(new Request(`http://localhost:3000/api/system/activity${query}`, { headers }));
const messages = async (query: string) => {
  const response = await ask(query);
  expect(response.status).toBe(200);
  const page = activityPageSchema.parse(await response.json());
  return page.events.map(({ message }) => message);
};

describe("GET /api/system/activity", () => {
  it("answers pages by limit, offset and cursor", async () => {
    const page = activityPageSchema.parse(await (await ask("?limit=2")).json());
    expect(page).toMatchObject({ total: 3, next: page.events[1]?.id });
    expect(await messages(`?limit=2&before=${page.next}`)).toEqual(["orders is down"]);
    expect(await messages("?limit=2&offset=2")).toEqual(["orders is down"]);
    expect(await messages("?limit=20&offset=0&type=server_up")).toEqual(["orders answers again"]);
  });

  it("takes several types and severities, by comma or repeated", async () => {
    expect(await messages("?type=server_up,server_down")).toEqual(["orders answers again", "orders is down"]);
    expect(await messages("?type=server_up&type=server_down")).toHaveLength(2);
    expect(await messages("?severity=error,warning")).toEqual(["orders is down"]);
    expect(await messages("?search=ORDERS")).toHaveLength(2);
  });

  it("takes a date as its whole day in the zone asked for", async () => {
    expect(await messages("?from=2026-03-01&to=2026-03-01")).toEqual(["orders is down"]);
    expect(await messages("?from=2026-03-02&to=2026-03-02&tz=Europe/Moscow")).toEqual(["orders is down"]);
    expect(await messages("?from=2026-03-01&to=2026-03-01&tz=Europe/Moscow")).toEqual([]);
  });

  it.each([
    "?limit=0",
    "?limit=101",
    "?limit=x",
    "?offset=-1",
    "?before=0",
    "?before=99999999999999999999",
    "?type=nothing_like_it",
    "?severity=bad",
    `?search=${"x".repeat(101)}`,
    "?from=yesterday",
    "?tz=Nowhere/Land",
    "?format=xml",
  ])("refuses %s with 422", async (query) => {
    expect((await ask(query)).status).toBe(422);
  });

  it("is for who is signed in", async () => {
    expect((await ask("", {})).status).toBe(401);
    expect((await ask("", viewer)).status).toBe(200);
  });

  it("shows no e-mail of another to a viewer, nor finds by it", async () => {
    expect(await (await ask("", viewer)).text()).not.toContain("oleg@example.net");
    expect(await (await ask("?search=oleg@", viewer)).json()).toMatchObject({ events: [], total: 0, next: null });
    expect(await (await ask("?format=csv", viewer)).text()).not.toContain("oleg@example.net");
  });
});

describe("export", () => {
  it("gives all that match as CSV, guarded against formulas, and writes down who asked", async () => {
    const response = await ask("?format=csv&limit=1&type=user_login");
    expect(response.headers.get("content-type")).toContain("text/csv");
    expect(response.headers.get("content-disposition")).toContain("dozor-activity.csv");
    const [header, row, end] = (await response.text()).split("\r\n");
    expect(header).toContain("id,created_at,type,severity,message,user_email");
    expect(row).toContain(",user_login,info,'=oleg signed in,oleg@example.net,oleg,,,,{}");
    expect(end).toBe("");
    const [entry] = await prisma().auditLog.findMany({
      where: { eventType: "export" },
      orderBy: { id: "desc" },
      take: 1,
    });
    expect(entry).toMatchObject({ targetKind: "activity", details: { format: "csv", types: ["user_login"] } });
  });

  it("gives JSON of the form of the list, however long", async () => {
    await pool().query(
      "INSERT INTO activity_events (type, severity, message) SELECT 'system_warning', 'warning', 'n' || n FROM generate_series(1, 2500) n",
    );
    const page = activityPageSchema.parse(await (await ask("?format=json&severity=warning")).json());
    expect(page).toMatchObject({ total: 2_500, next: null });
    expect(page.events.map(({ message }) => message)).toEqual(Array.from({ length: 2_500 }, (_, n) => `n${2_500 - n}`));
    const csv = await (await ask("?format=csv&severity=warning")).text();
    expect(csv.split("\r\n")).toHaveLength(2_502);
    const none = activityPageSchema.parse(await (await ask("?format=json&search=nothing")).json());
    expect(none).toEqual({ events: [], total: 0, next: null });
  });
});
