import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { registerServer } from "../../tests/support/fleet";
import { pool } from "../db";
import { sessions } from "../postgres/probes/sessions";
import type { Outcome } from "../probe";
import { createLiveSessions } from "./live-sessions";
import type { TaskSpec } from "./plan";
import type { RunResult } from "./state";

useDatabase();

let server = 0;
let writer: ReturnType<typeof createLiveSessions>;
const rows = async () => (await pool().query("SELECT subject, ts, data FROM live_sessions ORDER BY subject")).rows;
const specs = (...ids: number[]) =>
  ids.map((id) => ({ server: { id }, probe: sessions, live: true }) as unknown as TaskSpec);
const at = (second: number) => Date.UTC(2026, 2, 1, 10, 0, second);
const run = (second: number, outcome: Outcome, probe = "sessions") =>
  ({ subject: server, probe, startedAt: at(second), outcome, live: true }) as RunResult;
const ok = (pid: number): Outcome => ({
  outcome: "ok",
  reading: { rows: [], facts: { sessions: [{ pid }], total: 1 } },
});
const failed = (message: string): Outcome => ({ outcome: "failed", code: "timeout", message });

describe("live sessions", () => {
  beforeEach(async () => {
    server = await registerServer("shop", "postgresql://dozor:secret@127.0.0.1:1/postgres");
    writer = createLiveSessions();
    await writer.retain(specs(server));
  });
  afterEach(async () => {
    await writer.close();
    await pool().query("DELETE FROM live_sessions; DELETE FROM watch; DELETE FROM servers");
  });

  it("are written with the time of asking, and stay with it while asking fails", async () => {
    expect(writer.record(run(0, ok(1), "activity"))).toBe(false);
    expect(writer.record(run(1, ok(7)))).toBe(true);
    const told = { subject: server, ts: new Date(at(1)), data: { sessions: [{ pid: 7 }], total: 1, trouble: null } };
    await expect.poll(rows).toEqual([told]);
    writer.record(run(2, failed("it says \0 and \ud83d")));
    const trouble = { code: "timeout", message: "it says  and \ufffd" };
    await expect.poll(rows).toEqual([{ ...told, data: { ...told.data, trouble } }]);
    writer.record(run(3, ok(8)));
    const later = { ...told, ts: new Date(at(3)), data: { ...told.data, sessions: [{ pid: 8 }] } };
    await expect.poll(rows).toEqual([later]);
  });

  it("say why there are none where the first asking failed", async () => {
    writer.record(run(1, failed("no answer")));
    const data = { sessions: [], total: 0, trouble: { code: "timeout", message: "no answer" } };
    await expect.poll(rows).toEqual([{ subject: server, ts: new Date(at(1)), data }]);
  });

  it("are gone when nobody looks, and whatever else nobody looks at, but not those of others", async () => {
    writer.record(run(1, ok(1)));
    await expect.poll(async () => (await rows()).length).toBe(1);
    await pool().query("INSERT INTO live_sessions VALUES (901, now(), '{}'), (902, now(), '{}')");
    await pool().query("INSERT INTO watch VALUES (901, 'sessions', 1, now() + interval '9 s')");
    await writer.retain([]);
    expect((await rows()).map(({ subject }) => subject)).toEqual([901]);
    writer.record(run(2, ok(2)));
    await writer.close();
    expect((await rows()).map(({ subject }) => subject)).toEqual([901]);
  });

  it("of whoever asked before are gone when a server is taken over, and its own when it stops", async () => {
    await writer.retain([]);
    await pool().query("INSERT INTO watch VALUES ($1, 'sessions', 1, now() + interval '9 s')", [server]);
    await pool().query("INSERT INTO live_sessions VALUES ($1, now(), '{}')", [server]);
    await writer.retain(specs(server));
    expect(await rows()).toEqual([]);
    writer.record(run(1, ok(1)));
    await expect.poll(async () => (await rows()).length).toBe(1);
    await writer.close();
    expect(await rows()).toEqual([]);
  });

  it("of a server that was paused meanwhile are not written", async () => {
    await pool().query("UPDATE servers SET enabled = false");
    writer.record(run(1, ok(1)));
    await writer.retain(specs(server));
    await writer.close();
    expect(await rows()).toEqual([]);
  });
});
