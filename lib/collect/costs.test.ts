import { describe, expect, it } from "vitest";
import { createCosts } from "./costs";
import type { RunResult } from "./state";

const session = () => ({ open: true, spent: { queries: 0, ms: 0 } });
const run = (probe: string, durationMs: number, code?: "timeout") =>
  ({
    ...{ subject: 2, probe, durationMs },
    outcome: code ? { outcome: "failed", code, message: "" } : { outcome: "ok", reading: { rows: [] } },
  }) as unknown as RunResult;

function accountAt0() {
  let now = 0;
  const costs = createCosts(() => now);
  const probe = costs.probeOf({ id: 2 });
  return { costs, read: () => probe.read(), pass: (seconds: number) => (now += seconds * 1_000) };
}

describe("what watching costs", () => {
  it("is told per minute, over all sessions, closed ones included, and per probe", () => {
    const { costs, read, pass } = accountAt0();
    const [shared, slow] = [session(), session()];
    costs.opened(2, shared, false);
    costs.opened(2, slow, true);
    shared.spent = { queries: 9, ms: 90 };
    slow.spent = { queries: 3, ms: 1_000 };
    slow.open = false;
    for (const result of [run("activity", 10), run("activity", 20, "timeout"), run("sizes", 1_000)])
      costs.count(result);
    pass(30);
    expect(read().rows).toEqual([
      { labels: {}, values: { queries_per_min: 24, ms_per_min: 2_180, connections: 1, sessions_opened: 2 } },
      { labels: { probe: "activity" }, values: { duration_ms: 15, failures: 2 } },
      { labels: { probe: "sizes" }, values: { duration_ms: 1_000, failures: 0 } },
    ]);
    shared.spent = { queries: 19, ms: 100 };
    pass(60);
    expect(read().rows).toEqual([
      { labels: {}, values: { queries_per_min: 10, ms_per_min: 10, connections: 1, sessions_opened: 0 } },
    ]);
  });

  it("is not told of a moment, and nothing of that moment is lost", () => {
    const { costs, read, pass } = accountAt0();
    const shared = session();
    costs.opened(2, shared, false);
    shared.spent = { queries: 5, ms: 5 };
    costs.count(run("activity", 10));
    const first = read();
    expect(first.rows).toEqual([{ labels: {}, values: { connections: 1 } }]);
    expect(Object.keys(first.unavailable ?? {})).toEqual(["queries_per_min", "ms_per_min"]);
    pass(60);
    expect(read().rows[0]?.values).toMatchObject({ queries_per_min: 5, sessions_opened: 1 });
  });

  it("shows the connections as a pool", () => {
    const { costs, read } = accountAt0();
    const pool = () => read().facts?.pool;
    expect(pool()).toEqual({ open: 0, idle: 0, waiting: 0, max: 2 });
    costs.opened(2, session(), false);
    expect(pool()).toEqual({ open: 1, idle: 1, waiting: 0, max: 2 });
    const ends = [costs.asks(2), costs.asks(2), costs.asks(2)];
    costs.opened(2, session(), true);
    expect(pool()).toEqual({ open: 2, idle: 0, waiting: 2, max: 3 });
    for (const end of ends) end();
    expect(pool()).toEqual({ open: 2, idle: 1, waiting: 0, max: 3 });
  });
});
