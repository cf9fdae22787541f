import { describe, expect, it } from "vitest";
import type { TargetSession } from "../postgres/connect";
import { defineProbe, type SqlRow } from "../probe";
import { ask, type Memory, type Sources } from "./ask";
import type { TaskSpec } from "./plan";

const probe = defineProbe({
  facet: "postgres",
  name: "databases",
  interval: "collect_interval",
  timeoutMs: 1_000,
  labels: ["database"],
  sql: { 10: "SELECT" },
  metrics: {
    commits: {
      kind: "counter",
      unit: "count",
      help: "Commits",
      rate: { name: "commits_per_sec", unit: "1/s", help: "Commits" },
    },
  },
});
const task: TaskSpec = {
  key: "2:databases",
  server: { id: 2, name: "shop", hostKind: null, postgres: null, ssh: null, intervals: {} },
  probe,
  live: false,
  intervalMs: 15_000,
  phaseMs: 0,
};

/** A session whose only database has had so many commits. */
const sessionWith = (commits: () => number) =>
  ({
    version: 18,
    open: true,
    query: async (): Promise<SqlRow[]> => [{ database: "shop", commits: commits() }],
  }) as unknown as TargetSession;
const sourcesOf = (session: () => TargetSession) =>
  ({ targets: { session: async () => session(), drop: async () => {} } }) as unknown as Sources;

async function rates(sources: Sources, runs: number): Promise<(number | null | undefined)[]> {
  const found: (number | null | undefined)[] = [];
  let memory: Memory | undefined;
  for (let run = 0; run < runs; run += 1) {
    const answer = await ask(task, sources, memory);
    memory = answer.memory;
    if (answer.outcome.outcome === "ok") found.push(answer.outcome.reading.rows[0]?.values.commits_per_sec);
  }
  return found;
}

describe("ask", () => {
  it("gives rates from the second reading of a connection on", async () => {
    let commits = 0;
    const session = sessionWith(() => (commits += 1_000));
    expect(
      await rates(
        sourcesOf(() => session),
        3,
      ),
    ).toEqual([undefined, expect.any(Number), expect.any(Number)]);
  });

  it("compares no counters across connections: behind the address may be another server now", async () => {
    const [first, second] = [sessionWith(() => 5), sessionWith(() => 1_000_000)];
    const answering = [first, first, second, second];
    const sources = sourcesOf(() => answering.shift() ?? second);
    expect(await rates(sources, 4)).toEqual([undefined, 0, undefined, 0]);
  });

  it("compares no counters of two servers that a pooler lends in turn", async () => {
    let turn = 0;
    const session = Object.assign(
      sessionWith(() => 5),
      { pooled: true, origin: "A" },
    );
    const sources = sourcesOf(() => Object.assign(session, { origin: "AABB"[turn++] }));
    expect(await rates(sources, 4)).toEqual([undefined, 0, undefined, 0]);
  });

  it("keeps the connection of the others when what failed was our own reading of an answer", async () => {
    const dropped: unknown[] = [];
    const broken = { ...probe, gather: { columns: [], from: () => JSON.parse("{") } };
    const drop = async (...given: unknown[]) => void dropped.push(given);
    const sources = {
      targets: { session: async () => sessionWith(() => 5), drop, failure: () => undefined },
    } as unknown as Sources;
    const { outcome } = await ask({ ...task, probe: broken }, sources, undefined);
    expect(outcome).toMatchObject({ outcome: "failed", code: "internal" });
    expect(dropped).toEqual([]);
  });
});
