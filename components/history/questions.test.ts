import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChosenChart } from "./address";
import { exportAddress, questionsOf, selectorsOf } from "./questions";

const chart = (server: string, metric: string, ...devices: string[]): ChosenChart => ({
  server,
  metric,
  instances: devices.map((device) => ({ device })),
});

describe("questionsOf", () => {
  it("asks each server once, for whole metrics or single instances", () => {
    const charts = [chart("a", "cpu.user"), chart("b", "disk.io", "sda", 's"d\\b'), chart("a", "disk.io", "sda")];
    expect(questionsOf(charts, 300)).toEqual([
      {
        name: "a 0",
        server: "a",
        metrics: ["cpu.user", 'disk.io{device="sda"}'],
        points: 300,
        charts: [charts[0], charts[2]],
      },
      {
        name: "b 1",
        server: "b",
        metrics: ['disk.io{device="sda"}', 'disk.io{device="s\\"d\\\\b"}'],
        points: 300,
        charts: [charts[1]],
      },
    ]);
  });

  it("never asks more at once than the API answers, and answers every chart by one question", () => {
    const charts = fc.array(
      fc.record({
        server: fc.constantFrom("a", "b"),
        metric: fc.constantFrom("disk.io", "cpu.user", `long.${"x".repeat(300)}`),
        instances: fc.array(fc.record({ device: fc.string({ maxLength: 60 }) }), { maxLength: 7 }),
      }),
      { maxLength: 24 },
    );
    fc.assert(
      fc.property(charts, (all) => {
        const questions = questionsOf(all, 300);
        expect(new Set(questions.map(({ name }) => name)).size).toBe(questions.length);
        for (const { metrics, charts: own, server } of questions) {
          expect(metrics.length).toBeLessThanOrEqual(50);
          expect(new Set(metrics).size).toBe(metrics.length);
          if (own.length > 1) expect(metrics.join().length).toBeLessThanOrEqual(4_000);
          for (const one of own)
            expect([server, ...metrics]).toEqual(expect.arrayContaining([one.server, ...selectorsOf(one)]));
        }
        for (const one of all) expect(questions.filter(({ charts: own }) => own.includes(one))).toHaveLength(1);
      }),
    );
  });
});

it("leads to files of exactly the chosen range", () => {
  const address = exportAddress(
    { server: "a b", metrics: ["cpu.user", "disk.io"] },
    { from: 100.7, to: 200.2, format: "csv" },
  );
  expect(address).toBe("/api/history/export?server=a+b&metrics=cpu.user%2Cdisk.io&from=100&to=201&format=csv");
});
