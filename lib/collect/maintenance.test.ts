import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { releaseLeases } from "./lease";
import { createMaintenance } from "./maintenance";
import { MAINTENANCE_JOBS, type MaintenanceJob } from "./maintenance-jobs";

useDatabase();
const entries = async () =>
  (await pool().query("SELECT level, message, details FROM system_log WHERE source = 'maintenance' ORDER BY id")).rows;

beforeEach(async () => {
  await pool().query("DELETE FROM lease; TRUNCATE system_log");
});

describe("maintenance", () => {
  it("is done by exactly one of two instances, each job at its pace, and one entry a day says what it did", async () => {
    const ran: string[] = [];
    let time = 0;
    const instance = (holder: string) => {
      const job = (name: string, every: MaintenanceJob["every"]): MaintenanceJob => ({
        ...{ name, every },
        run: async () => ran.push(`${holder} ${name}`),
      });
      const jobs = [job("quick", "minute"), job("slow", "hour"), job("daily", "day")];
      return createMaintenance(holder, { jobs, elapsed: () => time });
    };
    const [one, two] = [instance("one"), instance("two")];
    await Promise.all([one.turn(), two.turn()]);
    const [holder] = (ran[0] ?? "").split(" ");
    expect(ran).toEqual(["quick", "slow", "daily"].map((name) => `${holder} ${name}`));
    await Promise.all([one.turn(), two.turn()]);
    expect(ran).toHaveLength(3);
    time += 61_000;
    await Promise.all([one.turn(), two.turn()]);
    expect(ran.slice(3)).toEqual([`${holder} quick`]);
    expect(await entries()).toMatchObject([
      {
        level: "info",
        message: "Daily maintenance: 3 jobs, 6 rows removed",
        details: {
          jobs: [{ job: "quick" }, { job: "slow", removed: 2 }, { job: "daily", runs: 1, removed: 3, failed: 0 }],
        },
      },
    ]);
  });

  it("goes over to another instance, which does not begin the day anew", async () => {
    let count = 0;
    const jobs: MaintenanceJob[] = [
      { name: "daily", every: "day", run: async () => ++count },
      { name: "hourly", every: "hour", run: async () => 0 },
    ];
    await createMaintenance("one", { jobs }).turn();
    await releaseLeases("one");
    await createMaintenance("two", { jobs }).turn();
    expect(count).toBe(1);
    await pool().query("UPDATE system_log SET created_at = now() - interval '25 hours'");
    const third = createMaintenance("two", { jobs });
    await third.turn();
    expect(count).toBe(2);
    expect(await entries()).toHaveLength(2);
  });

  it("tells once of a job that fails, and does the others", async () => {
    let [time, broken, done] = [0, true, 0];
    const jobs: MaintenanceJob[] = [
      {
        name: "odd",
        every: "minute",
        run: async () => {
          if (broken) throw new Error("no at postgres://u:geheim@h");
          return 0;
        },
      },
      { name: "even", every: "minute", run: async () => ++done },
    ];
    const maintenance = createMaintenance("one", { jobs, elapsed: () => time });
    for (let turn = 0; turn < 3; turn += 1) {
      await maintenance.turn();
      time += 60_000;
    }
    broken = false;
    await maintenance.turn();
    expect(done).toBe(4);
    const told = await entries();
    expect(told.map(({ message }) => message)).toEqual([
      "The job odd failed; it is tried again",
      "Daily maintenance: 2 jobs, 1 row removed, 1 job failed",
      "The job odd works again",
    ]);
    expect(told[0]).toMatchObject({ level: "error", details: { reason: "no at postgres://u:[hidden]@h" } });
  });

  it("removes what is old and what nobody asks any more, and nothing else", async () => {
    const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    const server = rows[0].id;
    await pool().query("INSERT INTO servers (id, name, pg_host) VALUES ($1, 'shop', 'h')", [server]);
    const state = "INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at)";
    await pool().query(
      `${state} VALUES ($1, 'cpu', 5, now()), ($1, 'activity', 15, now() - interval '9 days'),
         ($1, 'of_old', 5, now() - interval '2 days'), ($1, 'of_tomorrow', 5, now()), (1, 'self', 5, now()),
         ($1, 'storage', 300, now()), ($1, 'cost', 60, now())`,
      [server],
    );
    await pool().query("INSERT INTO latest VALUES ($1, 'storage', now(), '{}'), ($1, 'cost', now(), '{}')", [server]);
    await pool().query(
      `INSERT INTO system_log (created_at, level, source, message) VALUES
         (now() - interval '31 days', 'info', 'x', 'old'), (now() - interval '29 days', 'info', 'x', 'young')`,
    );
    await pool().query("INSERT INTO live_sessions VALUES ($1, now(), '{}'), (901, now(), '{}')", [server]);
    await pool().query("INSERT INTO watch VALUES ($1, 'sessions', 1, now()), (901, 'host', 1, now())", [server]);
    const removed = Object.fromEntries(
      await Promise.all(MAINTENANCE_JOBS.map(async ({ name, run }) => [name, await run()])),
    );
    expect(removed).toMatchObject({ probe_state: 3, system_log: 1, sessions: 0, refresh_tokens: 0, idempotency: 0 });
    expect(removed.live_sessions).toBe(1);
    const left = await pool().query("SELECT probe FROM probe_state ORDER BY probe");
    expect(left.rows.map(({ probe }) => probe)).toEqual(["activity", "cost", "of_tomorrow", "self"]);
    expect((await pool().query("SELECT kind FROM latest")).rows).toEqual([{ kind: "cost" }]);
  });
});
