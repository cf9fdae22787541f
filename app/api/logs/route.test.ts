import { beforeAll, describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import { appendSystemLog } from "@/lib/syslog/append";
import { logStatsSchema, logsSchema } from "@/lib/syslog/schema";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { signedIn } from "@/tests/support/users";
import { GET } from "./route";
import { GET as GET_STATS } from "./stats/route";

withDatabase();
let admin: Record<string, string>;
let viewer: Record<string, string>;

const get = (headers: Record<string, string>, query = "") =>
  GET(new Request(`http://localhost:3000/api/logs${query}`, { headers }));

beforeAll(async () => {
  admin = (await signedIn()).headers;
  viewer = (await signedIn({ role: "viewer" })).headers;
  await appendSystemLog(prisma(), { level: "warning", source: "collector", server: "shop", message: "=1+1, no" });
});

describe("/api/logs", () => {
  it("gives a page to administrators only", async () => {
    const response = await get(admin, "?level=warning&search=no");
    expect(response.status).toBe(200);
    expect(logsSchema.parse(await response.json())).toMatchObject({
      total: 1,
      limit: 50,
      items: [{ level: "warning", source: "collector", server: "shop" }],
    });
    expect((await get(viewer)).status).toBe(403);
    expect((await get({})).status).toBe(401);
  });

  it("gives a file that no spreadsheet runs", async () => {
    const response = await get(admin, "?format=csv");
    expect(response.headers.get("content-type")).toContain("text/csv");
    const [head, line] = (await response.text()).split("\r\n");
    expect(head).toBe("id,timestamp,level,source,server,message,details");
    expect(line).toContain(`"'=1+1, no"`);
    expect(await prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } })).toMatchObject({
      eventType: "export",
      targetKind: "logs",
      details: { entries: 1, filter: {} },
    });
  });

  it.each([
    "level=debug",
    "limit=501",
    "limit=0",
    "offset=-1",
    "before=x",
    "date_from=never",
    "tz=Mars/One",
    "search=%00",
  ])("refuses ?%s", async (query) => {
    expect((await get(admin, `?${query}`)).status).toBe(422);
  });

  it("passes over what a form left empty", async () => {
    const all = await (await get(admin)).json();
    const response = await get(admin, "?level=&source=&server=&search=&date_from=&date_to=&tz=");
    expect(await response.json()).toEqual({ ...all, cursor: expect.any(Number) });
  });

  it("sums up", async () => {
    const request = (headers: Record<string, string>) =>
      GET_STATS(new Request("http://localhost:3000/api/logs/stats?tz=Asia/Tokyo", { headers }));
    expect(logStatsSchema.parse(await (await request(admin)).json())).toMatchObject({ warnings_today: 1 });
    expect((await request(viewer)).status).toBe(403);
  });
});
