import { expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { processMetrics } from "../process-metrics";
import { createRounds } from "./rounds";
import type { RunResult } from "./state";

useDatabase();

const run = (over: Partial<RunResult>): RunResult => ({
  ...{ subject: 2, probe: "cpu", live: false, ts: 0, startedAt: 0, durationMs: 1 },
  outcome: { outcome: "ok", reading: { rows: [] } },
  ...{ failures: 0, skipped: 0, intervalSeconds: 5, nextRunAt: 0, changed: false },
  ...over,
});

it("sums up what was asked since the entry before, and is silent when nothing was", async () => {
  let time = 0;
  const rounds = createRounds(() => time);
  await rounds.tell();
  rounds.count(run({ subject: 1, probe: "self" }));
  rounds.count(run({}));
  rounds.count(run({ live: true }));
  rounds.count(
    run({ subject: 3, durationMs: 70, outcome: { outcome: "failed", code: "timeout", message: "no answer" } }),
  );
  const { runSeconds, runFailures } = processMetrics();
  const ofCpu = (await runSeconds.get()).values.filter(({ labels }) => labels.probe === "cpu").at(-2);
  expect(ofCpu?.value).toBeCloseTo(0.072);
  expect((await runFailures.get()).values).toEqual([{ labels: { probe: "cpu", reason: "timeout" }, value: 1 }]);
  time = 60_000;
  await rounds.tell();
  rounds.count(run({}));
  time = 120_000;
  await rounds.tell();
  await rounds.tell();
  const { rows } = await pool().query("SELECT message, details FROM system_log ORDER BY id");
  expect(rows).toEqual([
    {
      message: "Asked 2 servers in 60 s: 3 runs, 1 failed",
      details: {
        ...{ seconds: 60, servers: 2, runs: 3, failed: 1 },
        slowest: { subject: 3, probe: "cpu", duration_ms: 70 },
      },
    },
    { message: "Asked 1 server in 60 s: 1 run, 0 failed", details: expect.anything() },
  ]);
});
