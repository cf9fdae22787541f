import { beforeEach, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { at, onAir, report } from "../../tests/support/streams";
import { pool } from "../db";
import { LabelText } from "./format";
import { processFamilies } from "./process";
import { streamFamilies } from "./streams";

useDatabase();
beforeEach(async () => {
  await pool().query("DELETE FROM channels");
});

/** Values of all families by name and labels. */
async function told(second: number): Promise<Record<string, number>> {
  const families = await streamFamilies(at(second));
  return Object.fromEntries(
    families.flatMap(({ name, samples }) =>
      [...samples].map(({ labels, value }) => {
        const values = labels instanceof LabelText ? [labels.text] : Object.values(labels);
        return [[name.replace("dozor_", ""), ...values].join(" "), value];
      }),
    ),
  );
}

it("tells of no channel that there is none", async () => {
  expect(await told(0)).toEqual({ active_streams: 0 });
});

it("tells what is known of each channel, and nothing else", async () => {
  await onAir(0, "-100", 7);
  await report(0, "-100", { event: "queue", size: 3 });
  await report(0, "quiet", { event: "started" });
  await report(0, "done", { event: "started" }, { event: "listeners", count: 2 }, { event: "stopped" });
  await pool().query("UPDATE channels SET listeners = NULL, queue_size = NULL WHERE channel_id <> '-100'");
  await pool().query("DELETE FROM auto_end");
  expect(await told(30)).toEqual({
    active_streams: 2,
    "stream_listeners -100": 7,
    "queue_size -100": 3,
    "auto_end_timer_active -100": 0,
    "auto_end_timer_active quiet": 0,
    "auto_end_timer_active done": 0,
  });
});

it("tells nothing of what was not heard for longer than any source may be silent, nor of what is unknown", async () => {
  await onAir(0, "old", 4);
  await onAir(100, "new", 5);
  await onAir(100, "lost", 6);
  await pool().query("UPDATE channels SET status = 'unknown' WHERE channel_id = 'lost'");
  expect(await told(185)).toMatchObject({ active_streams: 2, "stream_listeners old": 4 });
  const later = await told(186);
  expect(later).toMatchObject({ active_streams: 1, "stream_listeners new": 5 });
  expect(Object.keys(later).filter((name) => / (old|lost)$/.test(name))).toEqual([]);
});

it.each([
  ["armed", 1],
  ["suspended", 1],
  ["ending", 1],
  ["paused", 0],
  ["held", 0],
])("a timer that is %s counts as %d", async (state, active) => {
  await onAir(0, "radio", 0);
  await pool().query(
    `INSERT INTO auto_end (channel, state, armed_at, deadline, remaining_ms)
     SELECT id, $1, now(), CASE WHEN $1 IN ('armed', 'ending') THEN now() END, CASE WHEN $1 = 'suspended' THEN 1000 END
     FROM channels
     ON CONFLICT (channel) DO UPDATE SET state = excluded.state, deadline = excluded.deadline, remaining_ms = excluded.remaining_ms`,
    [state],
  );
  expect(await told(1)).toMatchObject({ "auto_end_timer_active radio": active });
});

it("counts what became of timers by reason", async () => {
  await onAir(0, "radio", 0);
  await pool().query("DELETE FROM auto_end_counts");
  await pool().query(
    "INSERT INTO auto_end_counts (channel, reason, count) SELECT id, reason, n FROM channels, (VALUES ('armed', 4), ('no_listeners', 2)) AS v (reason, n)",
  );
  expect(await told(1)).toMatchObject({
    "auto_end_events_total radio armed": 4,
    "auto_end_events_total radio no_listeners": 2,
  });
});

it("tells of those on air first, where there are more than a label may have values", async () => {
  await pool().query(
    `WITH made AS (INSERT INTO subject (kind) SELECT 'channel' FROM generate_series(1, 1500) RETURNING id)
     INSERT INTO channels (id, channel_id, status, listeners, heard_at)
     SELECT id, 'c' || id, CASE WHEN row_number() OVER (ORDER BY id) > 1400 THEN 'playing' ELSE 'stopped' END, 1, $1 FROM made`,
    [at(0)],
  );
  const families = await streamFamilies(at(1));
  const listeners = families.find(({ name }) => name === "dozor_stream_listeners");
  expect(listeners?.most).toBe(1_000);
  const first = [...(listeners?.samples ?? [])].slice(0, 100).map(({ labels }) => Object.values(labels)[0]);
  const { rows } = await pool().query<{ channel_id: string }>(
    "SELECT channel_id FROM channels WHERE status = 'playing' ORDER BY id",
  );
  expect(first).toEqual(rows.map(({ channel_id }) => channel_id));
});

it("counts operations on queues once each, however often they are told", async () => {
  const add = { event: "queue_operation", operation: "add" };
  await report(0, "radio", { event: "started" }, { ...add, event_id: "a" }, { ...add, event_id: "b" });
  await report(1, "radio", { ...add, event_id: "a" }, { event: "queue_operation", operation: "skip" });
  const families = await processFamilies();
  const family = families.find(({ name }) => name === "dozor_queue_operations_total");
  expect([...(family?.samples ?? [])]).toEqual([
    { labels: { channel_id: "radio", operation: "add" }, value: 2 },
    { labels: { channel_id: "radio", operation: "skip" }, value: 1 },
  ]);
});
