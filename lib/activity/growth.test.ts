// Many writers, one feed: its order, walks through it while it grows, and its trimming.
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { setSetting } from "../../tests/support/live";
import { pool, prisma } from "../db";
import { systemActor } from "../users/permissions";
import { appendActivity } from "./append";
import { listActivity } from "./queries";
import { trimActivity } from "./retention";
import type { ActivityEvent } from "./schema";

useDatabase();
const WRITERS = 20;
const EVENTS = 10_000;

beforeEach(async () => {
  await pool().query("TRUNCATE activity_events");
  await setSetting("activity_keep", null);
  await setSetting("activity_retention_days", null);
});

const append = (message: string) => appendActivity(prisma(), { type: "system_warning", severity: "info", message });

/** Writes as fast as it can until `count` events are there; each writer numbers its own. */
async function write(count: number): Promise<void> {
  const each = count / WRITERS;
  const writer = async (name: number) => {
    for (let number = 0; number < each; number += 1) await append(`writer ${name} event ${number}, 100%_done`);
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, name) => writer(name)));
}

/** All pages from the newest down. */
async function walk(limit: number): Promise<ActivityEvent[]> {
  const events: ActivityEvent[] = [];
  let before: number | null = null;
  do {
    const page = await listActivity(systemActor(), { limit, before });
    events.push(...page.events);
    before = page.next;
  } while (before !== null);
  return events;
}

const ids = (events: readonly ActivityEvent[]) => events.map(({ id }) => id);

describe("10,000 events of 20 writers", () => {
  it("stand in the order of each writer; walks meanwhile skip and repeat nothing; then they are trimmed", async () => {
    await setSetting("activity_keep", 1_000_000);
    let writing = true;
    const written = write(EVENTS).finally(() => {
      writing = false;
    });
    let walks = 0;
    while (writing) {
      const { rows } = await pool().query<{ id: string }>("SELECT id FROM activity_events");
      const seen = ids(await walk(100));
      expect(seen).toEqual([...seen].sort((a, b) => b - a));
      expect(new Set(seen).size).toBe(seen.length);
      const missing = new Set(rows.map(({ id }) => Number(id)));
      for (const id of seen) missing.delete(id);
      expect(missing).toEqual(new Set());
      walks += 1;
    }
    await written;
    expect(walks).toBeGreaterThan(1);

    const all = await walk(100);
    expect(all).toHaveLength(EVENTS);
    for (let name = 0; name < WRITERS; name += 1) {
      const own = all.filter(({ message }) => message.startsWith(`writer ${name} `)).reverse();
      expect(own.map(({ message }) => message)).toEqual(own.map((_, n) => `writer ${name} event ${n}, 100%_done`));
    }
    const search = (text: string) => listActivity(systemActor(), { limit: 1, search: text }).then(({ total }) => total);
    expect(await search("100%_done")).toBe(EVENTS);
    expect(await search("100__done")).toBe(0);
    expect(await search("writer 7 event 42,")).toBe(1);

    await setSetting("activity_keep", null);
    expect(await trimActivity()).toBe(EVENTS - 1_000);
    expect(ids(await walk(100))).toEqual(ids(all.slice(0, 1_000)));
    expect(await trimActivity()).toBe(0);
  }, 90_000);
});

describe("an event that commits late", () => {
  it("stands at its id, above which a walk has gone: the next reading has it", async () => {
    await append("before");
    const late = await pool().connect();
    try {
      await late.query("BEGIN");
      await late.query(
        "INSERT INTO activity_events (type, severity, message) VALUES ('system_error', 'error', 'late')",
      );
      await append("after");
      const first = await listActivity(systemActor(), { limit: 1 });
      expect(first.events[0]?.message).toBe("after");
      await late.query("COMMIT");
      // It committed between two pages of which it belongs to the second: it is there.
      const second = await listActivity(systemActor(), { limit: 1, before: first.next });
      expect(second.events[0]?.message).toBe("late");
    } finally {
      late.release();
    }
    expect((await walk(1)).map(({ message }) => message)).toEqual(["after", "late", "before"]);
  });
});

describe("trimActivity", () => {
  const fill = (count: number) =>
    pool().query(
      "INSERT INTO activity_events (type, severity, message) SELECT 'server_up', 'info', 'n' || n FROM generate_series(1, $1::int) n",
      [count],
    );
  const stand = async () => (await listActivity(systemActor(), { limit: 1 })).total;

  it.each([
    ["up to 10 % more than is kept", 109, 0],
    ["from there on down to what is kept", 110, 10],
    ["many", 500, 400],
  ])("%s: of %d it deletes %d", async (_, count, deleted) => {
    await setSetting("activity_keep", 100);
    await fill(count);
    expect(await trimActivity()).toBe(deleted);
    expect(await stand()).toBe(count - deleted);
    const [newest] = (await listActivity(systemActor(), { limit: 1 })).events;
    expect(newest?.message).toBe(`n${count}`);
  });

  it("is not misled by gaps between ids", async () => {
    await setSetting("activity_keep", 100);
    await fill(1_000);
    await pool().query("DELETE FROM activity_events WHERE id % 10 <> 0");
    expect(await trimActivity()).toBe(0);
    expect(await stand()).toBe(100);
  });

  it("deletes what is older than the age limit, however few stand", async () => {
    await setSetting("activity_retention_days", 30);
    await fill(10);
    await pool().query(
      "UPDATE activity_events SET created_at = now() - interval '31 days' WHERE message IN ('n1', 'n2')",
    );
    expect(await trimActivity()).toBe(2);
    expect(await stand()).toBe(8);
  });

  it("may be done by several instances at once, while others write", async () => {
    await setSetting("activity_keep", 100);
    await fill(2_000);
    await Promise.all([trimActivity(), trimActivity(), trimActivity(), ...[1, 2, 3].map((n) => append(`new ${n}`))]);
    await trimActivity();
    expect(await stand()).toBeLessThan(110);
    const { events } = await listActivity(systemActor(), { limit: 3 });
    expect(events.map(({ message }) => message).sort()).toEqual(["new 1", "new 2", "new 3"]);
  });
});
