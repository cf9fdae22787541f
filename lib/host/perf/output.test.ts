import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { perfEventOf } from "./events";
import { PerfIntervals, parseCountLine } from "./output";

describe("perfEventOf", () => {
  it.each([
    ["cycles", "cycles"],
    ["cycles:u", "cycles"],
    ["cycles:ukhpp", "cycles"],
    ["cpu_core/cycles/", "cycles"],
    ["cpu_atom/cycles/u", "cycles"],
    ["cpu_core/L1-dcache-load-misses/", "L1-dcache-load-misses"],
    ["cpu-cycles", "cycles"],
    ["branch-instructions:k", "branches"],
    ["cs", "context-switches"],
    ["L1-dcache-loads:u", "L1-dcache-loads"],
    ["armv8_pmuv3_0/instructions/", "instructions"],
    ["cpu_core/topdown-retiring/", null],
    ["duration_time", null],
    ["", null],
    ["cycles/", null],
    ["constructor", null],
  ])("%s means %s", (name, event) => {
    expect(perfEventOf(name)).toBe(event);
  });
});

describe("parseCountLine", () => {
  it.each([
    [
      "     0.500553156,1001.39,msec,cpu-clock,1001390800,100.00,2.003,CPUs utilized",
      { time: "0.500553156", event: "cpu-clock", count: 1001.39, percent: 100 },
    ],
    [
      "     1.001022922,894,,context-switches,1000889671,100.00,893.205,/sec",
      { time: "1.001022922", event: "context-switches", count: 894, percent: 100 },
    ],
    [
      "     2.002110512,5128361203,,cycles:u,7509812345,58.82,2.561,GHz",
      { time: "2.002110512", event: "cycles", count: 5128361203, percent: 58.82 },
    ],
    [
      "1.000110000,<not counted>,,cpu_atom/instructions/,0,0.00,,",
      { time: "1.000110000", event: "instructions", count: "not counted", percent: 0 },
    ],
    [
      "0.500553156,<not supported>,,LLC-loads,0,100.00,,",
      { time: "0.500553156", event: "LLC-loads", count: "not supported", percent: 100 },
    ],
    // Before Linux 4.1 there was nothing after the name.
    ["1.000209121,82,,page-faults", { time: "1.000209121", event: "page-faults", count: 82, percent: null }],
  ])("reads %s", (line, count) => {
    expect(parseCountLine(line)).toEqual(count);
  });

  it.each([
    "",
    "# started on Sun Nov 22 13:05:49 2026",
    "     1.001022922,12,,power/energy-pkg/,1000889430,100.00,,",
    // A comma as the decimal point of another locale.
    "     1,001022922;12;;cycles;1000889430;100,00;;",
    "     1.001022922,12",
    "     1.001022922,,,cycles,1,100.00",
    "     1.001022922,-3,,cycles,1,100.00",
    "     1.001022922,1e9,,cycles,1,100.00",
    "Terminated",
  ])("passes over %j", (line) => {
    expect(parseCountLine(line)).toBeNull();
  });

  it("makes something true of every beginning of a line, or nothing", () => {
    const line = "     2.002110512,5128361203,,cycles:u,7509812345,58.82,2.561,GHz";
    for (let length = 0; length < line.length; length++) {
      const count = parseCountLine(line.slice(0, length));
      if (count) expect(count).toMatchObject({ time: "2.002110512", event: "cycles", count: 5128361203 });
    }
  });

  it("survives whatever stands there", () => {
    const field = fc.oneof(
      fc.string(),
      fc.constantFrom("1.5", "<not counted>", "cycles", "100.00", "NaN", "-1", "1e400"),
    );
    fc.assert(
      fc.property(fc.array(field, { maxLength: 9 }), (fields) => {
        const count = parseCountLine(fields.join(","));
        if (count === null || typeof count.count !== "number") return;
        expect(Number.isFinite(count.count) && count.count >= 0).toBe(true);
        expect(count.percent === null || (count.percent >= 0 && count.percent <= 100)).toBe(true);
      }),
    );
  });
});

describe("PerfIntervals", () => {
  const intervalsOf = (text: string) => {
    const intervals = new PerfIntervals();
    return text
      .trim()
      .split("\n")
      .flatMap((line) => {
        const count = parseCountLine(line);
        return count ? intervals.add(count) : [];
      });
  };
  const line = (time: number, event: string, count: number | string, percent = "100.00") =>
    `${time.toFixed(9)},${count},,${event},1,${percent},,`;

  it("ends the first interval when the second begins, and later ones with their last line", () => {
    const first = [line(1, "cycles", 10), line(1, "instructions", 20)];
    const second = [line(2.5, "cycles", 11), line(2.5, "instructions", 21)];
    expect(intervalsOf(first.join("\n"))).toEqual([]);
    expect(intervalsOf([...first, second[0]].join("\n"))).toHaveLength(1);
    const [one, two] = intervalsOf([...first, ...second].join("\n"));
    expect(one?.seconds).toBe(1);
    expect(two?.seconds).toBe(1.5);
    expect(two?.events.get("instructions")?.count).toBe(21);
  });

  it("loses none of a run with one event", () => {
    const text = [1, 2, 3, 4].map((time) => line(time, "cpu-clock", time)).join("\n");
    expect(intervalsOf(text).map(({ events }) => events.get("cpu-clock")?.count)).toEqual([1, 2, 3, 4]);
  });

  it("adds up two kinds of cores, with the lesser confidence", () => {
    const both = (time: number, atom: string | number) =>
      [line(time, "cpu_core/cycles/", 100, "90.00"), line(time, "cpu_atom/cycles/", atom, "75.00")].join("\n");
    const [added, one, gap] = intervalsOf(
      [both(1, 20), both(2, "<not supported>"), both(3, "<not counted>")].join("\n"),
    );
    expect(added?.events.get("cycles")).toEqual({ count: 120, percent: 75 });
    expect(one?.events.get("cycles")).toEqual({ count: 100, percent: 90 });
    expect(gap?.events.get("cycles")).toEqual({ count: "not counted", percent: 0 });
  });

  it("heals after lines that were lost", () => {
    const whole = (time: number) => ["cycles", "instructions", "branches"].map((event) => line(time, event, time));
    const text = [...whole(1).slice(1), ...whole(2), ...whole(3), ...whole(4), ...whole(5)].join("\n");
    const found = intervalsOf(text);
    expect(found.map(({ seconds }) => seconds)).toEqual([1, 1, 1, 1, 1]);
    expect([...(found.at(-1)?.events.keys() ?? [])]).toEqual(["cycles", "instructions", "branches"]);
  });
});
