import { beforeAll, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool, prisma } from "../db";
import { systemActor } from "../users/permissions";
import { appendSystemLog } from "./append";
import { exportLogs, listLogs, logChoices, logStats } from "./queries";
import { removeOldLogs } from "./retention";
import { type LogsFilter, logsFilterSchema, logsSchema } from "./schema";

useDatabase();

const admin = systemActor();
const viewer = { ...admin, role: "viewer" as const };
const filter = (given: Record<string, string> = {}): LogsFilter => logsFilterSchema.parse(given);
const messages = async (given: Record<string, string>) =>
  (await listLogs(admin, filter(given))).items.map(({ message }) => message);

async function add(at: string, entry: Partial<Record<"level" | "source" | "server" | "message", string>>) {
  await pool().query(
    "INSERT INTO system_log (created_at, level, source, server, message) VALUES ($1, $2, $3, $4, $5)",
    [at, entry.level ?? "info", entry.source ?? "collector", entry.server ?? null, entry.message ?? "a"],
  );
}

beforeAll(async () => {
  await add("2026-01-01T10:00:00Z", { message: "old" });
  await add("2026-03-01T23:30:00Z", { message: "cpu at 100%", level: "warning", server: "shop" });
  await add("2026-03-02T00:30:00Z", { message: "cpu at 1000", level: "error", server: "shop_1" });
  await add("2026-03-02T12:00:00Z", { message: "a\\b_c", source: "history" });
  await add("2026-03-03T12:00:00Z", { message: "aXbXc", source: "maintenance" });
});

describe("listLogs", () => {
  it("answers as its schema says, the newest first", async () => {
    const logs = logsSchema.parse(await listLogs(admin, filter({ limit: "2", offset: "1" })));
    expect(logs.items.map(({ message }) => message)).toEqual(["a\\b_c", "cpu at 1000"]);
    expect(logs).toMatchObject({ total: 5, total_is_exact: true, limit: 2, offset: 1 });
    expect(logs.items[1]).toMatchObject({
      timestamp: "2026-03-02T00:30:00.000Z",
      level: "error",
      server: "shop_1",
      details: {},
    });
  });

  it.each([
    [{ level: "warning,error" }, ["cpu at 1000", "cpu at 100%"]],
    [{ source: "history,maintenance" }, ["aXbXc", "a\\b_c"]],
    [{ server: "shop" }, ["cpu at 100%"]],
    [{ search: "100%" }, ["cpu at 100%"]],
    [{ search: "b_c" }, ["a\\b_c"]],
    [{ search: "\\" }, ["a\\b_c"]],
    [{ search: "CPU" }, ["cpu at 1000", "cpu at 100%"]],
    [{ date_from: "2026-03-02", date_to: "2026-03-02" }, ["a\\b_c", "cpu at 1000"]],
    [{ date_from: "2026-03-02", date_to: "2026-03-02", tz: "Europe/Berlin" }, ["a\\b_c", "cpu at 1000", "cpu at 100%"]],
    [{ date_to: "2026-03-01T00:00:00Z" }, ["old"]],
    [{ search: "nothing" }, []],
  ])("%j", async (given, found) => {
    expect(await messages(given as unknown as Record<string, string>)).toEqual(found);
  });

  it("goes on where a page ended, whatever comes meanwhile", async () => {
    const first = await listLogs(admin, filter({ limit: "2" }));
    await add("2026-03-04T12:00:00Z", { message: "new" });
    const next = await listLogs(admin, filter({ limit: "2", before: String(first.items[1]?.id) }));
    expect(next.items.map(({ message }) => message)).toEqual(["cpu at 1000", "cpu at 100%"]);
    const since = await listLogs(admin, filter({ after: String(first.items[0]?.id) }));
    expect(since.items.map(({ message }) => message)).toEqual(["new"]);
  });

  it("gives a cursor after which no entry can come late", async () => {
    const slow = await pool().connect();
    await slow.query("BEGIN");
    await slow.query("INSERT INTO system_log (level, source, message) VALUES ('info', 'slow', 'late')");
    await appendSystemLog(prisma(), { level: "info", source: "quick", message: "early" });
    const seen = await listLogs(admin, filter({ source: "slow,quick" }));
    expect(seen.items.map(({ message }) => message)).toEqual(["early"]);
    await slow.query("COMMIT");
    slow.release();
    const since = await listLogs(admin, filter({ source: "slow,quick", after: String(seen.cursor) }));
    expect(since.items.map(({ message }) => message)).toEqual(["early", "late"]);
  });

  it("is for those who may read it", async () => {
    await expect(listLogs(viewer, filter())).rejects.toMatchObject({ code: "forbidden" });
    await expect(exportLogs(viewer, filter())).rejects.toMatchObject({ code: "forbidden" });
    await expect(logStats(viewer)).rejects.toMatchObject({ code: "forbidden" });
    await expect(logChoices(viewer)).rejects.toMatchObject({ code: "forbidden" });
    await expect(listLogs(null, filter())).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("the rest", () => {
  it("keeps secrets out of what is written", async () => {
    await appendSystemLog(prisma(), {
      level: "info",
      source: "secret",
      message: "at postgresql://u:geheim@h/d",
      details: { pg_password: "geheim", code: "auth" },
    });
    const { items } = await listLogs(admin, filter({ source: "secret" }));
    expect(items[0]).toMatchObject({
      message: "at postgresql://u:[hidden]@h/d",
      details: { pg_password: "[hidden]", code: "auth" },
    });
  });

  it("counts what is of today in a zone", async () => {
    const before = await logStats(admin, "Asia/Tokyo");
    await appendSystemLog(prisma(), { level: "error", source: "x", message: "of today" });
    await appendSystemLog(prisma(), { level: "warning", source: "x", message: "of today" });
    expect(await logStats(admin, "Asia/Tokyo")).toEqual({
      total: before.total + 2,
      errors_today: before.errors_today + 1,
      warnings_today: before.warnings_today + 1,
    });
  });

  it("offers what was spoken of, and writes all of it to a file", async () => {
    expect((await logChoices(admin)).sources).toEqual(expect.arrayContaining(["collector", "history"]));
    expect((await exportLogs(admin, filter({ level: "error" }))).map(({ message }) => message)).toContain(
      "cpu at 1000",
    );
  });

  it("removes what is old enough, and nothing else", async () => {
    await pool().query("TRUNCATE system_log");
    await pool().query(
      `INSERT INTO system_log (created_at, level, source, message)
       SELECT now() - interval '31 days', 'info', 'x', 'old' FROM generate_series(1, 10001)`,
    );
    await add(new Date(Date.now() - 29 * 86_400_000).toISOString(), { message: "young" });
    expect(await removeOldLogs(30)).toBe(10_001);
    expect(await messages({})).toEqual(["young"]);
  });
});
