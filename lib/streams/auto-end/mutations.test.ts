import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../../tests/support/database";
import { commandsOf, eventOf, noticesOf } from "../../../tests/support/streams";
import { actorOfUser, createUser } from "../../../tests/support/users";
import { pool } from "../../db";
import { type Actor, systemActor } from "../../users/permissions";
import { ingest } from "../ingest";
import { cancelAutoEnd, endNow, extendAutoEnd, pauseAutoEnd, resumeAutoEnd } from "./mutations";

useDatabase();

const CHANNEL = "radio:/live";
let operator: Actor;
beforeEach(async () => {
  await pool().query("DELETE FROM channels; TRUNCATE activity_events");
  operator = actorOfUser(await createUser({ role: "operator" }));
});

/** Reports by the real clock. */
const report = (...events: object[]) => ingest(events.map((sent) => ({ channelId: CHANNEL, event: eventOf(sent) })));
const onAir = (count: number) => report({ event: "started" }, { event: "listeners", count });
const newest = async () => {
  const { rows } = await pool().query(
    `SELECT (SELECT message FROM activity_events WHERE type = 'auto_end' ORDER BY id DESC LIMIT 1) AS told,
       (SELECT event_type FROM audit_log ORDER BY id DESC LIMIT 1) AS audited,
       (SELECT details FROM audit_log ORDER BY id DESC LIMIT 1) AS details`,
  );
  return rows[0];
};

describe("people", () => {
  it("cancel a countdown, which stays so", async () => {
    await onAir(0);
    expect(await cancelAutoEnd(operator, CHANNEL)).toMatchObject({ state: "held", is_active: false });
    expect(await cancelAutoEnd(operator, CHANNEL)).toMatchObject({ state: "held" });
    expect(await noticesOf(CHANNEL)).toEqual(["cancelled: cancelled"]);
    expect(await newest()).toEqual({
      told: `Auto-end of ${CHANNEL} was called off: cancelled by ${operator.login}`,
      audited: "auto_end_cancelled",
      details: {},
    });
  });

  it("put it off", async () => {
    await onAir(0);
    const timer = await extendAutoEnd(operator, CHANNEL, 5);
    expect(timer).toMatchObject({ state: "armed", is_active: true, timeout_seconds: 300 });
    expect(timer.remaining_seconds).toBeGreaterThan(590);
    expect(timer.remaining_seconds).toBeLessThanOrEqual(600);
    expect(await newest()).toMatchObject({ audited: "auto_end_extended", details: { minutes: 5 } });
  });

  it("pause it and go on", async () => {
    await onAir(0);
    const paused = await pauseAutoEnd(operator, CHANNEL);
    expect(paused).toMatchObject({ state: "paused", paused: true, is_active: false, deadline: null });
    expect(paused.remaining_seconds).toBeGreaterThan(290);
    expect(await newest()).toMatchObject({ audited: "auto_end_paused" });
    expect(await resumeAutoEnd(operator, CHANNEL)).toMatchObject({ state: "armed", paused: false });
    expect(await newest()).toMatchObject({ audited: "auto_end_resumed" });
  });

  it("find held what they paused while it was held, unless somebody listened meanwhile", async () => {
    await onAir(0);
    await cancelAutoEnd(operator, CHANNEL);
    await pauseAutoEnd(operator, CHANNEL);
    expect(await resumeAutoEnd(operator, CHANNEL)).toMatchObject({ state: "held" });
    await pauseAutoEnd(operator, CHANNEL);
    await report({ event: "listeners", count: 1 });
    await report({ event: "listeners", count: 0 });
    expect(await resumeAutoEnd(operator, CHANNEL)).toMatchObject({ state: "armed" });
  });

  it("end what others listen to", async () => {
    await onAir(4);
    expect(await endNow(operator, CHANNEL, { reason: "new studio" })).toMatchObject({ state: "ending" });
    expect(await commandsOf(CHANNEL)).toMatchObject([{ reason: "new studio", ended: false }]);
    expect(await noticesOf(CHANNEL)).toEqual(["triggered: new studio"]);
    await report({ event: "listeners", count: 5 });
    expect(await commandsOf(CHANNEL)).toMatchObject([{ ended: false }]);
    expect(await newest()).toEqual({
      told: `${CHANNEL} is being stopped by ${operator.login}: new studio`,
      audited: "stream_stopped",
      details: { reason: "new studio" },
    });
  });

  it("take back a stop until it is taken", async () => {
    await onAir(4);
    await endNow(operator, CHANNEL);
    expect(await cancelAutoEnd(operator, CHANNEL)).toMatchObject({ state: "held" });
    expect(await commandsOf(CHANNEL)).toMatchObject([{ reason: "ended_now", ended: true }]);
    await endNow(operator, CHANNEL);
    await pool().query("UPDATE stream_commands SET acknowledged_at = now() WHERE ended_at IS NULL");
    await expect(cancelAutoEnd(operator, CHANNEL)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("refusals", () => {
  const verbs: [string, (actor: Actor | null, channelId: string) => Promise<unknown>][] = [
    ["cancel", cancelAutoEnd],
    ["extend", (actor, channelId) => extendAutoEnd(actor, channelId, 1)],
    ["pause", pauseAutoEnd],
    ["resume", resumeAutoEnd],
    ["end now", endNow],
  ];

  it.each(verbs)("%s is for operators, of channels that there are", async (_, verb) => {
    await onAir(0);
    const viewer = actorOfUser(await createUser({ role: "viewer" }));
    await expect(verb(null, CHANNEL)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(verb(viewer, CHANNEL)).rejects.toMatchObject({ code: "forbidden" });
    for (const none of ["nothing", "a\0b"])
      await expect(verb(operator, none)).rejects.toMatchObject({ code: "not_found" });
  });

  it.each(verbs)("%s of a stopped channel changes nothing", async (_, verb) => {
    await onAir(0);
    await report({ event: "stopped" });
    const before = await noticesOf(CHANNEL);
    await expect(verb(systemActor(), CHANNEL)).rejects.toMatchObject({ code: "conflict" });
    expect(await noticesOf(CHANNEL)).toEqual(before);
    expect((await pool().query("SELECT FROM auto_end")).rowCount).toBe(0);
  });
});
