import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../errors";
import type { Selector } from "../metrics/read";
import { parseSelectors } from "./selector";

/** As clients write them. */
function written({ metric, labels }: { metric: string; labels: Record<string, string> }): string {
  const quoted = (value: string) => value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${quoted(value)}"`);
  return `${metric}{${pairs.join(",")}}`;
}

describe("parseSelectors", () => {
  it.each<[string, Selector[]]>([
    ["cpu.usage_percent", [{ metric: "cpu.usage_percent" }]],
    [" cpu.user , cpu.system ", [{ metric: "cpu.user" }, { metric: "cpu.system" }]],
    [
      'databases.commits_per_sec{database="shop"}',
      [{ metric: "databases.commits_per_sec", labels: { database: "shop" } }],
    ],
    [
      'activity.sessions{ state = "idle in transaction" , database="a,b}" } ,cpu.user',
      [
        { metric: "activity.sessions", labels: { state: "idle in transaction", database: "a,b}" } },
        { metric: "cpu.user" },
      ],
    ],
    ['d.x{n="a\\"b\\\\c\\nd"}', [{ metric: "d.x", labels: { n: 'a"b\\c\nd' } }]],
    ['d.x{n=""}', [{ metric: "d.x", labels: { n: "" } }]],
  ])("%s", (text, expected) => {
    expect(parseSelectors(text)).toEqual(expected);
  });

  it.each([
    "",
    ",",
    "cpu.user,",
    ",cpu.user",
    "cpu.user cpu.system",
    "1cpu",
    "cpu.user}",
    "cpu.user{",
    "cpu.user{}",
    'cpu.user{a="1"',
    'cpu.user{a="1}',
    "cpu.user{a=1}",
    'cpu.user{a="1",a="2"}',
    'cpu.user{a="1",}',
    'cpu.user{a="\\x"}',
    'cpu.user{a="1"}b',
    Array.from({ length: 51 }, () => "a").join(","),
  ])("refuses %j", (text) => {
    expect(() => parseSelectors(text)).toThrow(AppError);
  });

  it.each([
    ["cpu.user,,", 2],
    ['a{x="1,2"},b{', 2],
    ['a{x="1"},b,9', 3],
  ])("tells which one of %s cannot be read, and does not repeat it", (text, place) => {
    expect(() => parseSelectors(text)).toThrow(new RegExp(`^Metric ${place} of the list cannot be read`));
  });

  it("reads back whatever labels hold", () => {
    const name = fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/);
    const selector = fc.record({
      metric: fc.tuple(name, name).map(([probe, metric]) => `${probe}.${metric}`),
      labels: fc.dictionary(name, fc.string({ unit: "grapheme", maxLength: 12 }), { minKeys: 1, maxKeys: 3 }),
    });
    fc.assert(
      fc.property(fc.array(selector, { minLength: 1, maxLength: 5 }), (selectors) => {
        const plain = selectors.map(({ metric, labels }) => ({ metric, labels: { ...labels } }));
        expect(parseSelectors(selectors.map(written).join(","))).toEqual(plain);
      }),
    );
  });

  it("never throws anything but a refusal", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab.,{}="\\ n1') }), (text) => {
        try {
          parseSelectors(text);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid" });
        }
      }),
    );
  });
});
