// A strict reader of the exposition formats: whatever a specification forbids is an error, also what Prometheus lets pass.

export interface ReadSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

export interface ReadFamily {
  type: string;
  help: string;
  unit?: string;
  samples: ReadSample[];
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^\\"\n]|\\["\\n])*)"(,?)/y;
const NUMBER = /^(?:[+-]?Inf|NaN|[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  gauge: [""],
  unknown: [""],
  counter: ["_total"],
  histogram: ["_bucket", "_sum", "_count"],
};
const UNESCAPED: Readonly<Record<string, string>> = { "\\\\": "\\", "\\n": "\n", '\\"': '"' };
const unescaped = (text: string): string => text.replace(/\\[\\n"]/g, (pair) => UNESCAPED[pair] ?? pair);

/** Reads an exposition. @throws Error with the line that breaks a rule */
export function readExposition(text: string, { openMetrics = false } = {}): Map<string, ReadFamily> {
  const families = new Map<string, ReadFamily>();
  if (!text.endsWith(openMetrics ? "# EOF\n" : "\n")) throw new Error(`does not end well: ${text.slice(-80)}`);
  const body = openMetrics ? text.slice(0, -"# EOF\n".length) : text;
  let current = "";
  const seen = new Set<string>();
  for (const line of body.split("\n").slice(0, -1)) {
    const fail = (why: string): never => {
      throw new Error(`${why}: ${line}`);
    };
    const [, keyword, named = "", rest = ""] = /^# (HELP|TYPE|UNIT) (\S+) ?(.*)$/s.exec(line) ?? [];
    if (keyword !== undefined) {
      if (!NAME.test(named)) fail("a name");
      if (named !== current && families.has(named)) fail("a family in two places");
      current = named;
      const family = families.get(named) ?? { type: "", help: "", samples: [] };
      families.set(named, family);
      if (family.samples.length > 0) fail("said after samples");
      takeHead(family, { keyword, named, rest, fail });
      continue;
    }
    const family = families.get(current) ?? fail("a sample of no family");
    const sample = readSample(line, fail);
    const suffixes = !openMetrics && family.type === "counter" ? [""] : (SUFFIXES[family.type] ?? fail("a type"));
    if (!suffixes.some((suffix) => sample.name === current + suffix)) fail(`no sample of ${current}`);
    if (family.type === "counter" && !(sample.value >= 0)) fail("a counter's value");
    const key = `${sample.name}${JSON.stringify(Object.entries(sample.labels).sort())}`;
    if (seen.has(key)) fail("a series twice");
    seen.add(key);
    family.samples.push(sample);
  }
  return families;
}

interface Head {
  keyword: string;
  named: string;
  rest: string;
  fail(why: string): never;
}

function takeHead(family: ReadFamily, { keyword, named, rest, fail }: Head): void {
  if (keyword === "TYPE") {
    if (family.type !== "") fail("a type twice");
    if (!(rest in SUFFIXES)) fail("a type");
    family.type = rest;
  } else if (keyword === "HELP") {
    if (/(?:^|[^\\])(?:\\\\)*\\(?![\\n"])/.test(rest)) fail("an escape");
    family.help = unescaped(rest);
  } else {
    if (!named.endsWith(`_${rest}`)) fail("a unit");
    family.unit = rest;
  }
}

function readSample(line: string, fail: (why: string) => never): ReadSample {
  const name = /^[^\s{]+/.exec(line)?.[0] ?? "";
  if (!NAME.test(name)) fail("a name");
  const labels: Record<string, string> = {};
  let at = name.length;
  if (line[at] === "{") {
    LABEL.lastIndex = at + 1;
    for (let match = LABEL.exec(line); match; match = LABEL.exec(line)) {
      const [, label = "", value = "", comma] = match;
      if (label in labels) fail("a label twice");
      labels[label] = unescaped(value);
      at = LABEL.lastIndex;
      if (comma === "") break;
    }
    if (line[at] !== "}") fail("labels");
    at += 1;
  }
  const [space, ...number] = line.slice(at);
  const text = number.join("");
  if (space !== " " || !NUMBER.test(text)) fail("a value");
  return { name, labels, value: Number(text.replace("Inf", "Infinity")) };
}

/** Values of a family's samples by their labels as JSON: `{"server":"local"}`. */
export function valuesOf(families: ReadonlyMap<string, ReadFamily>, name: string): Record<string, number> {
  const samples = families.get(name)?.samples ?? [];
  return Object.fromEntries(samples.map(({ labels, value }) => [JSON.stringify(labels), value]));
}
