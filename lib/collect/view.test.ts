import { performance } from "node:perf_hooks";
import { beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { claimServers } from "./lease";
import { createSelfProbe, SELF_SUBJECT } from "./self";
import { createView } from "./view";

useDatabase();

const selfProbe = createSelfProbe(() => ({ delayed: 0, dropped: 0 }));
let server = 0;
const left = async (name: string) =>
  (await pool().query("SELECT extract(epoch FROM until - now())::float8 AS left FROM lease WHERE name = $1", [name]))
    .rows[0]?.left;
const subjectsOf = async (view: ReturnType<typeof createView>) => [
  ...new Set((await view.specs()).map((spec) => spec.server.id)),
];

describe("view", () => {
  beforeAll(async () => {
    server = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
    await pool().query("INSERT INTO servers (id, name, host_kind) VALUES ($1, 'local', 'local')", [server]);
  });
  beforeEach(async () => {
    await pool().query("DELETE FROM lease; DELETE FROM watch; DELETE FROM latest");
  });

  it("lets one instance of several measure Dozor itself and each server, and tell of its machine", async () => {
    const [first, second] = [createView("first", selfProbe), createView("second", selfProbe)];
    await first.refresh();
    await expect.poll(async () => (await pool().query("SELECT FROM latest")).rowCount, { timeout: 10_000 }).toBe(1);
    await pool().query("DELETE FROM latest");
    await second.refresh();
    expect(await subjectsOf(first)).toEqual([SELF_SUBJECT, server]);
    expect(await subjectsOf(second)).toEqual([]);
    await new Promise((resolve) => setImmediate(resolve));
    expect((await pool().query("SELECT FROM latest")).rowCount).toBe(0);
  });

  it("renews its leases every 10 s, whatever the clock does, and asks for no more than that", async () => {
    const view = createView("first", selfProbe);
    await view.refresh();
    await pool().query("UPDATE lease SET until = now() + interval '3 s'");
    const now = performance.now();
    const clock = vi.spyOn(performance, "now").mockReturnValue(now + 5_000);
    const date = vi.spyOn(Date, "now").mockReturnValue(Date.now() - 3_600_000);
    onTestFinished(() => {
      clock.mockRestore();
      date.mockRestore();
    });
    await view.refresh();
    expect(await left(`server:${server}`)).toBeLessThan(4);
    clock.mockReturnValue(now + 11_000);
    await view.refresh();
    expect(await left(`server:${server}`)).toBeGreaterThan(25);
  });

  it("does not write leases at every refresh because another instance holds some", async () => {
    await claimServers("other", [server]);
    const view = createView("first", selfProbe);
    await view.refresh();
    await pool().query("UPDATE lease SET until = now() + interval '3 s' WHERE name = $1", [`server:${SELF_SUBJECT}`]);
    await view.refresh();
    expect(await left(`server:${SELF_SUBJECT}`)).toBeLessThan(4);
  });

  it("claims a new server at once", async () => {
    const view = createView("first", selfProbe);
    await view.refresh();
    const added = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
    await pool().query("INSERT INTO servers (id, name, host_kind) VALUES ($1, 'added', 'local')", [added]);
    await view.refresh();
    expect(await subjectsOf(view)).toEqual([SELF_SUBJECT, server, added]);
    await pool().query("DELETE FROM servers WHERE id = $1", [added]);
  });

  it.each([-3_600_000, 3_600_000])(
    "knows who looks when its clock differs from the database's by %d ms",
    async (by) => {
      await pool().query("INSERT INTO watch VALUES ($1, 'host', 1, now() + interval '10 s')", [server]);
      const view = createView("first", selfProbe);
      await view.refresh();
      const date = vi.spyOn(Date, "now").mockReturnValue(Date.now() + by);
      const clock = vi.spyOn(performance, "now");
      onTestFinished(() => {
        date.mockRestore();
        clock.mockRestore();
      });
      await view.readWatches();
      const live = async () => (await view.specs()).filter((spec) => spec.live).length;
      expect(await live()).toBeGreaterThan(0);
      clock.mockReturnValue(performance.now() + 11_000);
      expect(await live()).toBe(0);
    },
  );

  it("asks the database twice at most for many who look at once", async () => {
    const view = createView("first", selfProbe);
    const asked = vi.spyOn(pool(), "query");
    onTestFinished(() => asked.mockRestore());
    await Promise.all(Array.from({ length: 100 }, () => view.readWatches()));
    expect(asked.mock.calls.length).toBeLessThanOrEqual(2);
  });

  it("is due when somebody stops looking, once", async () => {
    const view = createView("first", selfProbe);
    await view.refresh();
    await pool().query("INSERT INTO watch VALUES ($1, 'host', 1, now() + interval '0.3 s')", [server]);
    await view.readWatches();
    const live = async () => (await view.specs()).some((spec) => spec.live);
    expect(await live()).toBe(true);
    expect(view.isDue()).toBe(false);
    await expect.poll(() => view.isDue(), { timeout: 3_000, interval: 20 }).toBe(true);
    expect(await live()).toBe(false);
    expect(view.isDue()).toBe(false);
  });
});
