import { describe, expect, it } from "vitest";
import { NOTHING, pauseMs, staleAt, withAnswer, withFailure } from "./feed";
import { answer, session } from "./session.fixture";

const TS = Date.parse("2026-11-20T12:00:00.000Z");
const told = answer([session(1)]);
const later = answer([session(1)], { ts: "2026-11-20T12:00:02.000Z" });

describe("withAnswer", () => {
  it.each([
    ["a fresh first answer is of now, whatever the clocks say", TS + 1_500, 50_000],
    ["one that lay there for a minute is that old", TS + 60_000, 50_000 - 60_000],
    ["no clock is known", Number.NaN, 50_000],
    ["a clock that is behind", TS - 90_000, 50_000],
  ])("%s", (_, sent, asked) => {
    expect(withAnswer(NOTHING, { answer: told, now: 50_000, sent }).asked).toBe(asked);
  });

  it("takes what is told anew for new, and what is told again for as old as it is", () => {
    const first = withAnswer(NOTHING, { answer: told, now: 50_000, sent: TS });
    expect(withAnswer(first, { answer: told, now: 52_000, sent: TS + 2_000 }).asked).toBe(50_000);
    // The collector's clock is an hour behind.
    expect(withAnswer(first, { answer: later, now: 52_000, sent: TS + 3_600_000 }).asked).toBe(52_000);
  });

  it("takes what was told while nobody looked for no newer than it is, and no older than the last answer", () => {
    const first = withAnswer(NOTHING, { answer: told, now: 50_000, sent: TS });
    const hourLater = { answer: later, now: 50_000 + 3_600_000 };
    expect(withAnswer(first, { ...hourLater, sent: TS + 3_600_000 }).asked).toBe(52_000);
    expect(withAnswer(first, { ...hourLater, sent: TS + 2 * 3_600_000 }).asked).toBe(50_000);
  });

  it("keeps the sessions while there is no answer of the server, and after failures", () => {
    const first = withAnswer(NOTHING, { answer: told, now: 50_000, sent: TS });
    const failed = withFailure(withFailure(first, "failed"), "failed");
    expect(failed).toMatchObject({ failures: 2, failure: "failed", asked: 50_000 });
    expect(failed.rows).toHaveLength(1);
    expect(withAnswer(failed, { answer: later, now: 60_000, sent: TS })).toMatchObject({ failures: 0, failure: null });
    const paused = answer([], { ts: null, total: 0, trouble: { code: "paused", message: "" } });
    const without = withAnswer(first, { answer: paused, now: 60_000, sent: TS });
    expect(without.rows).toHaveLength(1);
    // What shows is counted as it was told.
    expect(without.answer).toMatchObject({ ts: told.ts, total: 1, trouble: { code: "paused" } });
    expect(withAnswer(without, { answer: told, now: 70_000, sent: TS + 20_000 }).asked).toBe(50_000);
  });
});

it.each([
  [1, 0, 1_000],
  [1, 1, 2_000],
  [2, 3, 16_000],
  [10, 2, 30_000],
  [1, 99, 30_000],
])("asks every %i s, after %i failures once in %i ms", (every, failures, pause) => {
  expect(pauseMs(every, failures)).toBe(pause);
});

it.each([
  [1_000, 2, 7_000],
  [1_000, 0, null],
  [null, 2, null],
])("what was told at %s is stale, asked every %i s, at %s", (asked, every, at) => {
  expect(staleAt({ asked }, every)).toBe(at);
});
