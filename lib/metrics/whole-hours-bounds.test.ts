// What is known whole takes bounded memory, and is given up where it might not hold any more.
import { describe, expect, it } from "vitest";
import { HOUR_MS } from "./hour";
import { type Asked, WholeHours } from "./whole-hours";

const LARGE = 2 ** 24;

describe("WholeHours", () => {
  const asked = (first: number, last: number, ...slots: number[]): Asked => ({
    ...{ bySet: new Map([[7, slots]]), from: first * HOUR_MS, to: (last + 1) * HOUR_MS },
    ...{ byHour: false, byDay: false },
  });
  const nothing = { rows: [], sealed: [] };
  const row = (ts: number, ...values: number[]) => ({ set: 7, ts, values });

  it("holds no more than its limit, whatever is asked and written, and lets go of what was used longest ago", () => {
    const whole = new WholeHours(20_000, () => true);
    for (let at = 0; at < 100; at++) {
      whole.keep(asked(at, at, 1), nothing, whole.mark());
      for (let i = 0; i < 200; i++) whole.add([row(at * HOUR_MS + i, i)]);
      whole.recall(asked(0, 0, 1));
      expect(whole.bytes).toBeLessThanOrEqual(20_000);
    }
    const left = Array.from({ length: 100 }, (_, at) => at).filter((at) => whole.recall(asked(at, at, 1)));
    expect(left).toContain(99);
    expect(left.length).toBeLessThan(10);
  });

  it("lets go of the one that was neither written, asked anew nor recalled for longest", () => {
    const whole = new WholeHours(10 * 700, () => true);
    const keep = (at: number) => whole.keep(asked(at, at, 1), nothing, whole.mark());
    for (let at = 0; at < 10; at++) keep(at);
    for (const at of [0, 1, 2]) whole.recall(asked(at, at, 1));
    keep(3);
    for (let at = 10; at < 14; at++) keep(at);
    const left = Array.from({ length: 14 }, (_, at) => at).filter((at) => whole.recall(asked(at, at, 1)));
    expect(left).toEqual(expect.arrayContaining([0, 1, 2, 3, 10, 11, 12, 13]));
    expect(left).not.toContain(4);
  });

  it("has room for hours however many periods were asked for, and for periods beside many hours", () => {
    const whole = new WholeHours(20_000, () => true);
    const period = (at: number): Asked => ({ ...asked(at, at, 1), byHour: true });
    const keep = (one: Asked) => whole.keep(one, nothing, whole.mark());
    for (let at = 0; at < 100; at++) keep(period(at));
    for (let at = 0; at < 5; at++) keep(asked(at, at, 1));
    expect(whole.recall(asked(0, 4, 1))).not.toBeNull();
    for (let at = 0; at < 100; at++) keep(asked(at, at, 1));
    for (let at = 0; at < 5; at++) keep(period(at));
    for (let at = 0; at < 5; at++) expect(whole.recall(period(at))).not.toBeNull();
    expect(whole.bytes).toBeLessThanOrEqual(20_000);
  });

  it("forgets after a minute what nobody may have told of", () => {
    let now = 0;
    const whole = new WholeHours(
      LARGE,
      () => true,
      () => now,
    );
    whole.keep(asked(1, 1, 1), nothing, whole.mark());
    now = 60_000;
    whole.add([row(HOUR_MS, 5)]);
    expect(whole.recall(asked(1, 1, 1))?.sealed).toHaveLength(1);
    now += 1;
    expect(whole.recall(asked(1, 1, 1))).toBeNull();
    expect(whole.bytes).toBe(0);
  });

  it("keeps nothing of a question during which something was written", () => {
    const whole = new WholeHours(LARGE, () => true);
    const mark = whole.mark();
    whole.add([row(HOUR_MS, 5)]);
    whole.keep(asked(1, 1, 1), nothing, mark);
    expect(whole.recall(asked(1, 1, 1))).toBeNull();
  });

  it("keeps what a question gave during which only other parts were written", () => {
    const whole = new WholeHours(LARGE, () => true);
    const mark = whole.mark();
    for (let set = 8; set < 9_000; set++) whole.add([{ set, ts: HOUR_MS, values: [5] }]);
    whole.keep(asked(1, 1, 1), nothing, mark);
    expect(whole.recall(asked(1, 1, 1))).not.toBeNull();
    for (let set = 8; set < 30_000; set++) whole.add([{ set, ts: HOUR_MS, values: [5] }]);
    whole.keep(asked(2, 2, 1), nothing, mark);
    expect(whole.recall(asked(2, 2, 1))).toBeNull();
    const later = whole.mark();
    whole.drop("dozor_history", `other ${5 * HOUR_MS}`);
    whole.keep(asked(2, 2, 1), nothing, later);
    expect(whole.recall(asked(2, 2, 1))).toBeNull();
  });

  it("passes over what is told of its own writes, but not of those that failed", () => {
    const whole = new WholeHours(LARGE, () => true);
    const own = whole.payload(HOUR_MS);
    whole.keep(asked(1, 1, 1), nothing, whole.mark());
    whole.drop("dozor_history", own);
    whole.drop("dozor_servers", "12");
    expect(whole.recall(asked(1, 1, 1))).not.toBeNull();
    whole.failed(HOUR_MS * 5);
    expect(whole.recall(asked(1, 1, 1))).not.toBeNull();
    whole.drop("dozor_history", own);
    expect(whole.recall(asked(1, 1, 1))).toBeNull();
  });
});
