import { describe, expect, it } from "vitest";
import { leadingLines, leadingOf } from "./leading";
import type { Probes } from "./newest";

const row = (database: string | undefined, size_bytes: number | null) => ({
  ...{ labels: database === undefined ? {} : { database }, values: { size_bytes } },
});
const sizes = (...rows: unknown[]) => ({ sizes: { ts: "", data: { rows } } });

describe("leadingOf", () => {
  it("gives the seven with most, without totals and those told together", () => {
    const rows = Array.from({ length: 12 }, (_, index) => row(`db${index}`, index));
    const probes = sizes(...rows, row(undefined, 66), row("(others)", 99), row("unknown", null));
    const expected = ["db11", "db10", "db9", "db8", "db7", "db6", "db5"];
    expect(leadingOf(probes, "sizes.size_bytes", "database")).toEqual(expected);
  });

  it.each<Probes>([{}, sizes(), { sizes: { ts: "", data: null } }])("gives none of %j", (probes) => {
    expect(leadingOf(probes, "sizes.size_bytes", "database")).toEqual([]);
  });
});

describe("leadingLines", () => {
  const one = (database: string, ...avg: (number | null)[]) => ({
    ...{ metric: "sizes.size_bytes", labels: { database }, avg },
  });
  const all = (...avg: (number | null)[]) => ({ metric: "sizes.all_bytes", labels: {}, avg });
  const lines = (...series: { metric: string; labels: Record<string, string>; avg: (number | null)[] }[]) =>
    leadingLines(series, {
      ...{ metric: "sizes.size_bytes", label: "database", whole: ["sizes.all_bytes"] },
      names: { others: "Others", total: "Total" },
    });

  it("names them in order, and tells what is left of the whole as others", () => {
    const found = lines(all(10, 10), one("b", 6, 6), one("a", 3, 4));
    expect(found.map(({ label }) => label)).toEqual(["a", "b", "Others"]);
    expect(found.at(-1)).toMatchObject({
      ...{ of: ["sizes.all_bytes"], combine: "remainder", color: "var(--chart-8)" },
      rest: ['sizes.size_bytes{database="a"}', 'sizes.size_bytes{database="b"}'],
    });
  });

  it("has no others where nothing is left", () => {
    expect(lines(all(9, null), one("a", 3, 4), one("b", 6, null)).map(({ label }) => label)).toEqual(["a", "b"]);
  });

  it("draws the whole where no part of it is known, and nothing of nothing", () => {
    expect(lines(all(9))).toMatchObject([{ label: "Total", color: "var(--chart-1)" }]);
    expect(lines()).toEqual([]);
  });
});
