import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStalls, readPressure } from "./pressure";
import { treeReader } from "./tree-reader";

const SOME = "some avg10=1.10 avg60=1.43 avg300=100.00 total=660713912\n";
const FULL = "full avg10=0.00 avg60=0.25 avg300=0.10 total=231245012\n";
const NOTHING = "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n";
const some = { avg10: 1.1, avg60: 1.43, avg300: 100, totalMicroseconds: 660713912 };
const full = { avg10: 0, avg60: 0.25, avg300: 0.1, totalMicroseconds: 231245012 };

const pressureOf = (files: Record<string, string>) =>
  readPressure(
    treeReader(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/proc/pressure/${name}`, text]))),
  );

describe("parseStalls", () => {
  it.each([
    ["both lines", SOME + FULL, { some, full }],
    ["the processor's file before 5.13", SOME, { some, full: null }],
    ["shares above 100", SOME.replace("1.43", "101.00") + FULL, { some: null, full }],
    ["nothing", "", { some: null, full: null }],
  ])("reads %s", (_case, text, expected) => {
    expect(parseStalls(text)).toEqual(expected);
  });

  it("makes of a cut file the right values or none, and none of garbage", () => {
    fc.assert(
      fc.property(fc.nat(SOME.length + FULL.length), fc.string(), (cut, garbage) => {
        const told = parseStalls((SOME + FULL).slice(0, cut));
        expect([null, some]).toContainEqual(told.some);
        expect([null, full]).toContainEqual(told.full);
        expect(parseStalls(garbage)).toEqual({ some: null, full: null });
      }),
    );
  });
});

describe("readPressure", () => {
  it("does not take the zero of the whole machine's processors for a value", async () => {
    const { stalls, unavailable } = await pressureOf({ cpu: SOME + NOTHING, memory: SOME + NOTHING, io: SOME + FULL });
    expect(stalls.cpu).toEqual({ some, full: null });
    expect(stalls.memory.full?.totalMicroseconds).toBe(0);
    expect(unavailable).toEqual({ "cpu.full": "not defined for a whole machine" });
  });

  it("takes a container's own pressure, where all its tasks can wait for a processor", async () => {
    expect((await pressureOf({ cpu: SOME + FULL })).stalls.cpu.full).toEqual(full);
  });

  it("says why a kernel without PSI tells nothing, and what is missing of one that tells a part", async () => {
    const without = await pressureOf({});
    expect(without.stalls.io).toEqual({ some: null, full: null });
    expect(without.unavailable.avg10).toMatch("PSI");
    expect(without.unavailable.stall_percent).toMatch("PSI");
    const { unavailable } = await pressureOf({ cpu: SOME + NOTHING, memory: SOME });
    expect(Object.keys(unavailable)).toEqual(["cpu.full", "memory.full", "io.some", "io.full"]);
  });
});
