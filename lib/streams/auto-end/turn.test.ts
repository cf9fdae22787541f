import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../../tests/support/database";
import { eventually, setSetting } from "../../../tests/support/live";
import {
  at,
  beHeard,
  commandsOf,
  eventOf,
  noticesOf,
  onAir,
  report,
  turn,
  turns,
} from "../../../tests/support/streams";
import { listen, pool } from "../../db";
import { systemActor } from "../../users/permissions";
import { ingest } from "../ingest";
import { channelById } from "../queries";
import { autoEndTurn } from "./turn";

useDatabase();

beforeEach(async () => {
  await pool().query("DELETE FROM channels; TRUNCATE activity_events");
  await setSetting("auto_end_enabled", null);
  await setSetting("auto_end_timeout_seconds", null);
  await setSetting("auto_end_warnings", null);
});

const CHANNEL = "-1001";
const WHOLE = ["warning: 60", "warning: 30", "warning: 10", "triggered: no_listeners"];

const activity = async (): Promise<string[]> => {
  const { rows } = await pool().query<{ line: string }>(
    "SELECT type || ': ' || message AS line FROM activity_events WHERE type IN ('auto_end', 'stream_error') ORDER BY id",
  );
  return rows.map(({ line }) => line);
};
const counts = async () => {
  const { rows } = await pool().query<{ reason: string; count: string }>(
    "SELECT reason, sum(count)::text AS count FROM auto_end_counts GROUP BY reason",
  );
  return Object.fromEntries(rows.map(({ reason, count }) => [reason, Number(count)]));
};
const timerOf = async (channelId: string) => (await channelById(systemActor(), channelId))?.auto_end;
const states = async () => {
  const { rows } = await pool().query<{ state: string; count: number }>(
    "SELECT state, count(*)::int AS count FROM auto_end GROUP BY state",
  );
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
};

describe("a channel that nobody listens to", () => {
  it("is armed, warned and stopped; all of it is told, counted and in the feed", async () => {
    await onAir(0, CHANNEL, 0);
    expect(await timerOf(CHANNEL)).toMatchObject({ is_active: true, state: "armed", deadline: at(300).toISOString() });
    for (const second of [239, 240, 270, 290, 299]) await turn(second);
    expect(await noticesOf(CHANNEL)).toEqual(WHOLE.slice(0, -1));
    await turns(300, 301);
    expect(await noticesOf(CHANNEL)).toEqual(WHOLE);
    expect(await timerOf(CHANNEL)).toMatchObject({ is_active: false, state: "ending", deadline: null });
    expect(await commandsOf(CHANNEL)).toMatchObject([{ reason: "no_listeners", ended: false }]);
    await report(302, CHANNEL, { event: "stopped", reason: "no_listeners" });
    expect(await timerOf(CHANNEL)).toMatchObject({ state: "idle", remaining_seconds: null });
    expect(await commandsOf(CHANNEL)).toMatchObject([{ ended: true }]);
    expect(await activity()).toEqual([
      `auto_end: Nobody listens to ${CHANNEL}: it ends at 12:05:00 UTC unless somebody joins`,
      `auto_end: ${CHANNEL} is being stopped, since nobody listens`,
    ]);
    expect(await counts()).toEqual({ armed: 1, no_listeners: 1 });
  });

  it("is warned when the settings say, and one with thresholds of its own when it says itself", async () => {
    await setSetting("auto_end_warnings", "120, 20");
    await onAir(0, CHANNEL, 0);
    await onAir(0, "own", 0);
    await pool().query("UPDATE channels SET auto_end_warnings = '{240}' WHERE channel_id = 'own'");
    for (const second of [59, 60, 179, 180, 279, 280]) await turn(second);
    expect(await noticesOf(CHANNEL)).toEqual(["warning: 120", "warning: 20"]);
    expect(await noticesOf("own")).toEqual(["warning: 240"]);
  });

  it("that is listened to for a moment within one batch counts anew", async () => {
    await onAir(0, CHANNEL, 0);
    await report(100, CHANNEL, { event: "listeners", count: 1 }, { event: "listeners", count: 0 });
    expect(await timerOf(CHANNEL)).toMatchObject({ deadline: at(400).toISOString() });
    expect(await noticesOf(CHANNEL)).toEqual(["cancelled: listener_joined"]);
    expect(await counts()).toEqual({ armed: 2, listener_joined: 1 });
  });

  it("and does not stop is told again, and then reported", async () => {
    await onAir(0, CHANNEL, 0);
    await pool().query("UPDATE auto_end SET deadline = $1", [at(1)]);
    await turn(1);
    const [first] = await commandsOf(CHANNEL);
    await pool().query("UPDATE stream_commands SET next_attempt_at = NULL");
    await turn(31);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ id: first?.id, ended: false }]);
    expect((await pool().query("SELECT FROM stream_commands WHERE next_attempt_at = $1", [at(31)])).rowCount).toBe(1);
    await turn(61);
    expect((await activity()).at(-1)).toBe(`stream_error: ${CHANNEL} was told to stop twice and goes on`);
    await turn(601);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ ended: true }]);
    expect(await states()).toEqual({ armed: 1 });
    expect(await counts()).toEqual({ armed: 2, no_listeners: 1, unconfirmed: 1 });
  });

  it("and took the stop without obeying is told by another command", async () => {
    await onAir(0, CHANNEL, 0);
    await turns(300, 300);
    await pool().query("UPDATE stream_commands SET acknowledged_at = now()");
    await turn(330);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ acknowledged: true }, { acknowledged: false, ended: false }]);
  });

  it("is heard of by those who listen to the database, once each", async () => {
    const heard: string[] = [];
    const stop = await listen(["dozor_stream_notice", "dozor_stream_command", "dozor_stream_due"], (_, channel) =>
      heard.push(channel),
    );
    await onAir(0, CHANNEL, 0);
    await turns(295, 300);
    await eventually(() =>
      expect(heard.toSorted()).toEqual([
        "dozor_stream_command",
        "dozor_stream_due",
        "dozor_stream_notice",
        "dozor_stream_notice",
      ]),
    );
    await stop();
  });
});

describe("settings", () => {
  it("switch all timers off, and on again for those that are quiet then", async () => {
    await onAir(0, CHANNEL, 0);
    await onAir(0, "other", 2);
    await setSetting("auto_end_enabled", false);
    await turn(10);
    expect(await states()).toEqual({});
    expect(await noticesOf(CHANNEL)).toEqual(["cancelled: switched_off"]);
    await turn(500);
    await setSetting("auto_end_enabled", true);
    await setSetting("auto_end_timeout_seconds", 120);
    await turn(510);
    expect(await timerOf(CHANNEL)).toMatchObject({ state: "armed", deadline: at(630).toISOString() });
    expect(await timerOf("other")).toMatchObject({ state: "idle" });
  });

  it("of a channel stand over those of all", async () => {
    await onAir(0, CHANNEL, 0);
    await pool().query("UPDATE channels SET auto_end_enabled = false");
    await turn(10);
    expect(await timerOf(CHANNEL)).toMatchObject({ state: "idle", enabled: false, own: { enabled: false } });
    await setSetting("auto_end_enabled", false);
    await pool().query("UPDATE channels SET auto_end_enabled = true, auto_end_timeout_seconds = 60");
    await turn(20);
    expect(await timerOf(CHANNEL)).toMatchObject({ state: "armed", timeout_seconds: 60, warnings_sent: [60] });
  });
});

describe("time", () => {
  it("tells how long nothing is due, a second at most", async () => {
    await onAir(0, CHANNEL, 0);
    await beHeard(300);
    expect(await autoEndTurn(at(100))).toBe(1_000);
    expect(await autoEndTurn(new Date(at(240).getTime() - 300))).toBe(300);
    expect(await autoEndTurn(new Date(at(300).getTime() - 150))).toBe(150);
    await pool().query("DELETE FROM channels");
    expect(await autoEndTurn(at(301))).toBe(1_000);
  });

  it("that passed without Dozor brings a minute of grace", async () => {
    await onAir(0, CHANNEL, 0);
    await turn(400);
    expect(await noticesOf(CHANNEL)).toEqual(["warning: 60"]);
    expect(await timerOf(CHANNEL)).toMatchObject({ deadline: at(460).toISOString(), warnings_sent: [60] });
    await turns(430, 460);
    expect(await noticesOf(CHANNEL)).toEqual(WHOLE);
  });

  it("in which we could not hear of listeners ends nothing: first they are asked for", async () => {
    await onAir(0, CHANNEL, 0);
    await turns(200, 201);
    await autoEndTurn(at(298));
    expect(await timerOf(CHANNEL)).toMatchObject({ state: "suspended", remaining_seconds: 2 });
    await autoEndTurn(at(310));
    expect(await noticesOf(CHANNEL)).toEqual([]);
    await report(320, CHANNEL, { event: "listeners", count: 0 });
    await turns(320, 322);
    expect(await noticesOf(CHANNEL)).toEqual(["warning: 2", "triggered: no_listeners"]);
  });

  it("is the database's where none is given", async () => {
    await onAir(0, CHANNEL, 0);
    await pool().query("UPDATE channels SET heard_at = now()");
    await pool().query(
      "UPDATE auto_end SET armed_at = now() - interval '5 minutes', deadline = now() - interval '1 ms'",
    );
    await autoEndTurn();
    expect(await noticesOf(CHANNEL)).toEqual(["triggered: no_listeners"]);
  });
});

describe("many", () => {
  it("channels at once are each ended once, by however many instances", async () => {
    const ids = Array.from({ length: 130 }, (_, i) => `many-${i}`);
    const silence = ids.flatMap((channelId) =>
      [{ event: "started" }, { event: "listeners", count: 0 }].map((sent) => ({ channelId, event: eventOf(sent) })),
    );
    await ingest(silence, at(0));
    await beHeard(300);
    await Promise.all([autoEndTurn(at(300)), autoEndTurn(at(300)), autoEndTurn(at(300))]);
    expect(await counts()).toEqual({ armed: 130, no_listeners: 130 });
    expect((await pool().query("SELECT FROM stream_commands")).rowCount).toBe(130);
    expect((await pool().query("SELECT FROM stream_notices WHERE type = 'auto_end_triggered'")).rowCount).toBe(130);
  });

  it("are ended though one of them cannot be", async () => {
    for (const id of ["a", "b", "c"]) await onAir(0, id, 0);
    await pool().query(`CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF (SELECT channel_id FROM channels WHERE id = NEW.channel) = 'b' THEN RAISE 'not this one'; END IF;
        RETURN NEW; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON stream_commands FOR EACH ROW EXECUTE FUNCTION refuse()`);
    await turn(300);
    expect(await states()).toEqual({ armed: 1, ending: 2 });
    await pool().query("DROP FUNCTION refuse CASCADE");
    await turn(301);
    expect(await states()).toEqual({ ending: 3 });
  });
});

describe("a listener who comes at the last moment", () => {
  it("is never left alone: the end is before, or it is not", async () => {
    for (let round = 0; round < 8; round += 1) {
      const id = `race-${round}`;
      await onAir(0, id, 0);
      await beHeard(299);
      await Promise.all([report(300, id, { event: "listeners", count: 1 }), autoEndTurn(at(300))]);
      const told = await noticesOf(id);
      const open = (await commandsOf(id)).filter(({ ended }) => !ended);
      expect(open).toEqual([]);
      expect(told.at(-1)).toBe("cancelled: listener_joined");
      expect((await timerOf(id))?.state).toBe("idle");
    }
  });

  it("is waited for where the listener's row is locked", async () => {
    await onAir(0, CHANNEL, 0);
    await beHeard(300);
    const client = await pool().connect();
    await client.query("BEGIN; UPDATE channels SET listeners = 1");
    const turning = autoEndTurn(at(300));
    await eventually(async () =>
      expect(
        (
          await pool().query(
            "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
          )
        ).rowCount,
      ).toBeGreaterThan(0),
    );
    await client.query("COMMIT");
    client.release();
    await turning;
    expect(await commandsOf(CHANNEL)).toEqual([]);
    expect(await noticesOf(CHANNEL)).toEqual(["cancelled: listener_joined"]);
  });
});
