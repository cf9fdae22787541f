import fc from "fast-check";
import { expect, it } from "vitest";
import { fromTable, toTable } from "./row-table";

const record = <Value>(values: fc.Arbitrary<Value>) => fc.dictionary(fc.string(), values, { maxKeys: 4 });
const rows = fc.array(fc.record({ labels: record(fc.string()), values: record(fc.integer()) }));

it("gives back every label and value, and nothing for what a row does not have", () => {
  fc.assert(
    fc.property(rows, (given) => {
      const made = fromTable(JSON.parse(JSON.stringify(toTable(given))));
      const known = made.map(({ labels, values }) => ({
        labels,
        values: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)),
      }));
      expect(known).toEqual(given.map(({ labels, values }) => ({ labels: { ...labels }, values: { ...values } })));
    }),
  );
});

it("names things once", () => {
  const one = { labels: { database: "shop" }, values: { commits: 1 } };
  expect(toTable([one, { labels: {}, values: { commits: null } }])).toEqual({
    labels: ["database"],
    values: ["commits"],
    rows: [
      [["shop"], [1]],
      [[null], [null]],
    ],
  });
});
