import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readExposition, valuesOf } from "../../tests/support/exposition";
import { type Exposed, type Layout, labelText, writeFamilies } from "./format";

interface Options extends Partial<Layout> {
  families: Iterable<Exposed>;
}

async function written({ families, ...layout }: Options): Promise<string> {
  let text = "";
  const whole = { openMetrics: false, prefix: "dozor", most: 50_000, onCut: () => {}, ...layout };
  for await (const piece of writeFamilies(families, whole)) text += piece;
  return whole.openMetrics ? `${text}# EOF\n` : text;
}

const gauge = (name: string, ...samples: Exposed["samples"][]): Exposed => ({
  ...{ name, type: "gauge", help: "Something" },
  samples: samples.flatMap((some) => [...some]),
});
const one = (name: string, value: number): Exposed => gauge(name, [{ labels: {}, value }]);

describe("writeFamilies", () => {
  it("writes 0.0.4", async () => {
    const families: Exposed[] = [
      {
        ...{ name: "pg_stat_database_xact_commit", type: "counter", help: 'Back\\slash, "quotes"\nand a line' },
        samples: [
          { labels: { server: "local", datname: 'a"b\\c\nd' }, value: 3 },
          { labels: labelText({ server: "é", datname: "" }), value: 1e21 },
        ],
      },
      one("dozor_active_streams", 0.1 + 0.2),
    ];
    expect(await written({ families })).toBe(
      `# HELP pg_stat_database_xact_commit Back\\\\slash, "quotes"\\nand a line
# TYPE pg_stat_database_xact_commit counter
pg_stat_database_xact_commit{server="local",datname="a\\"b\\\\c\\nd"} 3
pg_stat_database_xact_commit{server="é",datname=""} 1e+21
# HELP dozor_active_streams Something
# TYPE dozor_active_streams gauge
dozor_active_streams 0.30000000000000004
`,
    );
  });

  it("writes OpenMetrics: counters without their suffix, unknown where they have none, and units that names tell", async () => {
    const counter = (name: string, unit: string): Exposed => ({
      ...{ name, type: "counter", help: 'Say "so"', unit },
      samples: [{ labels: {}, value: 1 }],
    });
    const families = [counter("a_bytes_total", "bytes"), counter("b_bytes", "bytes"), counter("c_total", "bytes")];
    expect(await written({ families, openMetrics: true })).toBe(
      `# TYPE a_bytes counter
# UNIT a_bytes bytes
# HELP a_bytes Say \\"so\\"
a_bytes_total 1
# TYPE b_bytes unknown
# UNIT b_bytes bytes
# HELP b_bytes Say \\"so\\"
b_bytes 1
# TYPE c counter
# HELP c Say \\"so\\"
c_total 1
# EOF
`,
    );
  });

  it.each([
    ["gauge", Number.POSITIVE_INFINITY, "x +Inf"],
    ["gauge", Number.NEGATIVE_INFINITY, "x -Inf"],
    ["gauge", -0.5, "x -0.5"],
    ["gauge", 5e-324, "x 5e-324"],
    ["gauge", Number.NaN, undefined],
    ["counter", Number.NaN, undefined],
    ["counter", -1, undefined],
    ["counter", 0, "x 0"],
  ] as const)("a %s of %d is written as %s", async (type, value, line) => {
    const text = await written({ families: [{ ...one("x", value), type }] });
    expect(text.split("\n")[2] || undefined).toBe(line);
  });

  it("puts another prefix before our own names only", async () => {
    const families = [one("dozor_active_streams", 1), one("node_load1", 1), one("pg_dozor_up", 1), one("dozors", 1)];
    const names = [...readExposition(await written({ families, prefix: "sattva" })).keys()];
    expect(names).toEqual(["sattva_active_streams", "node_load1", "pg_dozor_up", "dozors"]);
  });

  it("tells so many series of a family, and how many it left out", async () => {
    const cut: [string, number][] = [];
    const many = (name: string, most?: number): Exposed => ({
      ...gauge(name),
      ...(most !== undefined && { most }),
      samples: Array.from({ length: 30 }, (_, i) => ({ labels: { channel_id: `${i}` }, value: i })),
    });
    const families = [many("dozor_a"), many("dozor_b", 5), many("dozor_c", 1_000), one("dozor_d", 1)];
    const layout = { most: 20, prefix: "x", onCut: (name: string, series: number) => cut.push([name, series]) };
    const read = readExposition(await written({ families, ...layout }));
    expect([...read.values()].map(({ samples }) => samples.length)).toEqual([20, 5, 20, 1]);
    expect(Object.keys(valuesOf(read, "x_b"))).toEqual([0, 1, 2, 3, 4].map((i) => `{"channel_id":"${i}"}`));
    expect(cut).toEqual([
      ["x_a", 10],
      ["x_b", 25],
      ["x_c", 10],
    ]);
  });

  it("makes a piece when the one before is taken, and lets others have their turn", async () => {
    let made = 0;
    function* samples() {
      for (; made < 100_000; made += 1) yield { labels: { n: `${made}` }, value: made };
    }
    const layout = { openMetrics: false, prefix: "dozor", most: 1e6, onCut: () => {} };
    const pieces = writeFamilies([{ ...gauge("x"), samples: samples() }], layout);
    const first = await pieces.next();
    expect(first.value?.length).toBeGreaterThan(60_000);
    expect(first.value?.length).toBeLessThan(70_000);
    expect(made).toBeLessThan(10_000);
    let turns = 0;
    const timer = setInterval(() => {
      turns += 1;
    }, 0);
    let length = first.value?.length ?? 0;
    for await (const piece of pieces) length += piece.length;
    clearInterval(timer);
    expect(length).toBeGreaterThan(1_000_000);
    expect(turns).toBeGreaterThan(3);
  });
});

const text = fc.oneof(
  fc.string({ unit: "grapheme" }),
  fc.string({ unit: fc.constantFrom("\\", '"', "\n", "{", "}", ",", "=", " ", "#", "\r", "\0", "n") }),
);
const labels = fc.dictionary(fc.stringMatching(/^[a-z_][a-z0-9_]{0,8}$/), text, { noNullPrototype: true, maxKeys: 4 });
const family = fc.record({
  name: fc.stringMatching(/^[a-z][a-z_]{0,10}(_total)?$/),
  type: fc.constantFrom("gauge", "counter"),
  help: text,
  samples: fc.uniqueArray(fc.record({ labels, value: fc.double({ noNaN: true }) }), {
    selector: ({ labels }) => JSON.stringify(Object.entries(labels).sort()),
    maxLength: 5,
  }),
});
const families = fc.uniqueArray(family, {
  selector: ({ name }) => name.replace(/_total$/, ""),
  minLength: 1,
  maxLength: 5,
});

describe("whatever labels and values are", () => {
  it.each([false, true])("they are read back as they were (OpenMetrics: %s)", async (openMetrics) => {
    await fc.assert(
      fc.asyncProperty(families, async (given) => {
        const read = readExposition(await written({ families: given as Exposed[], openMetrics }), { openMetrics });
        const strip = (name: string, type: string) =>
          openMetrics && type === "counter" ? name.replace(/_total$/, "") : name;
        expect([...read.keys()]).toEqual(given.map(({ name, type }) => strip(name, type)));
        for (const { name, type, help, samples } of given) {
          const told = read.get(strip(name, type));
          const kept = samples.filter(({ value }) => type === "gauge" || value >= 0);
          expect(told?.help).toBe(help);
          expect(told?.samples.map(({ labels, value }) => [labels, value === 0 ? 0 : value])).toEqual(
            kept.map(({ labels, value }) => [labels, value === 0 ? 0 : value]),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
