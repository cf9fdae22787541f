// The exposition formats: Prometheus's text 0.0.4 and OpenMetrics 1.0.0, written in pieces.
// https://prometheus.io/docs/instrumenting/exposition_formats/ and https://prometheus.io/docs/specs/om/open_metrics_spec/
import { setImmediate } from "node:timers/promises";

export type MetricType = "gauge" | "counter" | "histogram";

/** A metric as people know it: its name as in 0.0.4, so that counters of ours end in `_total`. */
export interface Family {
  name: string;
  type: MetricType;
  help: string;
  /** `seconds`, `bytes`: told where the name ends with it. */
  unit?: string;
  /** Series that are told at most, where they are fewer than `Layout.most`. */
  most?: number;
}

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  /** In order; as `labelText` where the same ones are told of many families. */
  labels: Labels | LabelText;
  /** NaN is unknown, and not told. */
  value: number;
  /** Of a histogram: `_bucket`, `_sum` or `_count`. */
  suffix?: string;
}

/** One family with its samples. */
export interface Exposed extends Family {
  samples: Iterable<Sample>;
  /** Series that were left out of them. */
  cut?: number;
}

/** How families are written. */
export interface Layout {
  /** OpenMetrics rather than 0.0.4. */
  openMetrics: boolean;
  /** Stands in the place of `dozor` in our own names. */
  prefix: string;
  /** Series of one family that are told at most. */
  most: number;
  /** Is told of families of which something was left out, under the name that was written. */
  onCut(name: string, series: number): void;
}

const OWN_PREFIX = "dozor_";
const PIECE_CHARACTERS = 64 * 1024;

/** Labels as they are written; making it once is cheaper than writing the same labels for many families. */
export class LabelText {
  constructor(readonly text: string) {}
}

/** `{server="local",datname="a\"b"}`; nothing where there are no labels. */
export function labelText(labels: Labels): LabelText {
  const text = writeLabels(labels);
  // Looked into, V8 keeps it in one piece: it was made of a dozen, which take four times the memory and are joined each time.
  text.charCodeAt(0);
  return new LabelText(text);
}

const ESCAPED = /[\\\n"]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", "\n": "\\n", '"': '\\"' };

function escapeValue(text: string): string {
  return text.replace(ESCAPED, (character) => ESCAPES[character] ?? character);
}

function writeLabels(labels: Labels): string {
  let text = "";
  for (const name in labels) text += `${text === "" ? "{" : ","}${name}="${escapeValue(labels[name] ?? "")}"`;
  return text === "" ? "" : `${text}}`;
}

/** `1`, `0.25`, `1e+21`, `+Inf`: what Go's ParseFloat takes. */
function writeValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return String(value);
}

/** The name with our own prefix, or another in its place. */
export function writtenName(name: string, prefix: string): string {
  return name.startsWith(OWN_PREFIX) ? `${prefix}_${name.slice(OWN_PREFIX.length)}` : name;
}

/**
 * Writes families in pieces of about 64 kB, each made when the one before was taken; others have their turn between them.
 * Of a family of which too much is there, the first series are told. The end of OpenMetrics (`# EOF`) is the caller's to write.
 */
export async function* writeFamilies(
  families: Iterable<Exposed> | AsyncIterable<Exposed>,
  layout: Layout,
): AsyncGenerator<string, void, void> {
  let piece = "";
  for await (const family of families) {
    for (const lines of familyLines(family, layout)) {
      piece += lines;
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = "";
      await setImmediate();
    }
  }
  if (piece !== "") yield piece;
}

function* familyLines(family: Exposed, layout: Layout): Generator<string, void, void> {
  const name = writtenName(family.name, layout.prefix);
  const most = Math.min(family.most ?? layout.most, layout.most);
  const isCounter = family.type === "counter";
  yield head({ ...family, name }, layout);
  let told = 0;
  let cut = family.cut ?? 0;
  for (const { labels, value, suffix } of family.samples) {
    // OpenMetrics forbids counters that are not known or below zero, and 0.0.4 cannot mean them.
    if (Number.isNaN(value) || (isCounter && value < 0)) continue;
    if (told === most) cut += 1;
    else {
      told += 1;
      const text = labels instanceof LabelText ? labels.text : writeLabels(labels);
      yield `${name}${suffix ?? ""}${text} ${writeValue(value)}\n`;
    }
  }
  if (cut > 0) layout.onCut(name, cut);
}

function head({ name, type, help, unit }: Family, { openMetrics }: Layout): string {
  const line = help.replace(/[\\\n]/g, (character) => ESCAPES[character] ?? character);
  if (!openMetrics) return `# HELP ${name} ${line}\n# TYPE ${name} ${type}\n`;
  const of = openMetricsFamily(name, type);
  const units = unit && of.name.endsWith(`_${unit}`) ? `# UNIT ${of.name} ${unit}\n` : "";
  return `# TYPE ${of.name} ${of.type}\n${units}# HELP ${of.name} ${line.replaceAll('"', '\\"')}\n`;
}

/** There counters are called without their `_total`; one that has none is of unknown type. */
function openMetricsFamily(name: string, type: MetricType): { name: string; type: string } {
  if (type !== "counter") return { name, type };
  return name.endsWith("_total") ? { name: name.slice(0, -"_total".length), type } : { name, type: "unknown" };
}
