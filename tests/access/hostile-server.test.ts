// A watched server that lies about its sessions: what is told of it stays in bounds, and can be drawn.
import { describe, expect, it } from "vitest";
import { blockingTrees } from "../../components/activity-live/blocking";
import { type LiveSession, liveSessionSchema } from "../../lib/fleet/sessions-schema";
import { endSession } from "../../lib/postgres/end-session";
import { sessions } from "../../lib/postgres/probes/sessions";
import { toReading } from "../../lib/postgres/run";
import type { SqlRow } from "../../lib/probe";

function told(rows: readonly SqlRow[]) {
  const { facts } = toReading(sessions, rows, { before: undefined, elapsedSeconds: 1 }).reading;
  return facts as { sessions: LiveSession[]; total: number };
}
const many = (count: number, row: (at: number) => SqlRow) => Array.from({ length: count }, (_, at) => row(at));

describe("a server that lies about its sessions", () => {
  it("is told in the shape that was agreed, and in bounded room", () => {
    const long = "\ud83d\0=<script>".repeat(500);
    const lies = [long, -1, 0, 1e300, Number.NaN, Number.POSITIVE_INFINITY, null, undefined, true, {}, [], "infinity"];
    const names = Object.keys(liveSessionSchema.shape).filter((name) => name !== "pid");
    const rows = many(1_600, (at) => ({
      ...Object.fromEntries(names.map((name, column) => [name, lies[(at + column) % lies.length]])),
      ...{ pid: at % 3 === 0 ? lies[at % lies.length] : at, query: Buffer.from(long).toString("hex"), total: 1e300 },
    }));
    const answer = told(rows);
    expect(answer.sessions).toHaveLength(1_000);
    expect(liveSessionSchema.array().safeParse(answer.sessions).error).toBeUndefined();
    const starts = answer.sessions.map(({ backend_start }) => Date.parse(backend_start ?? "2026-01-01"));
    expect(starts).not.toContain(Number.NaN);
    const ages = answer.sessions.flatMap(({ xact_age_s, query_age_s }) => [xact_age_s ?? 0, query_age_s ?? 0]);
    expect(Math.min(...ages)).toBe(0);
    expect(answer.total).toBe(1_600);
    const stored = JSON.stringify(answer);
    expect(stored.length).toBeLessThan(6_000_000);
    // Our database takes neither of them.
    expect(stored).not.toMatch(/\\u0000|\\ud[89a-f]/i);
    expect(new Set(answer.sessions.map(({ pid }) => pid)).size).toBe(1_000);
  });

  it.each<[string, (at: number) => number[]]>([
    ["blockers that nobody else has", (at) => many(100, (one) => ({ pid: 10_000 + 100 * at + one })).map(pidOf)],
    ["everybody else as blockers", (at) => many(100, (one) => ({ pid: ((at * 7 + one * 13) % 1_000) + 1 })).map(pidOf)],
    ["circles", (at) => [((at + 1) % 1_000) + 1, ((at + 999) % 1_000) + 1, 0, -5]],
  ])("keeps no browser busy that draws %s", (_, blockers) => {
    const answer = told(many(1_000, (at) => ({ pid: at + 1, blocked_by: blockers(at).join(",") })));
    const all = new Set(answer.sessions.flatMap(({ blocked_by }) => blocked_by));
    expect(answer.sessions.filter(({ blocked_by }) => blocked_by.length > 0).length).toBeLessThanOrEqual(200);
    expect(all.size).toBeLessThanOrEqual(2_000);
    const began = performance.now();
    blockingTrees(answer.sessions);
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it("leads to no outcome but those there are, whatever it answers to a request to end one", async () => {
    const answer = (row: SqlRow) =>
      endSession({ version: 18, query: async () => [row] } as never, {
        verb: "terminate",
        pid: 7,
        backendStart: "2026-01-01T00:00:00Z",
      });
    for (const verdict of ["x".repeat(1_000_000), "gone", "__proto__", null, undefined, 1, {}]) {
      await expect(answer({ verdict, signalled: true })).rejects.toMatchObject({ code: "protocol" });
    }
    const { usename } = await answer({ verdict: "own", usename: `\0${"a".repeat(126)}🙂🙂` });
    expect(JSON.stringify(usename)).not.toMatch(/\\u0000|\\ud/);
  });
});

function pidOf({ pid }: SqlRow): number {
  return pid as number;
}
