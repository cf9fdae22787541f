// Reads `databases.commits_per_sec{database="shop"},cpu.usage_percent` into selectors of series. Pure.
import { AppError } from "../errors";
import type { Selector } from "../metrics/read";

/** More lines than this in one picture help nobody and would make one request cost like many. */
const MOST_SELECTORS = 50;

const METRIC = /\s*([A-Za-z_][\w.]*)\s*/y;
const LABEL = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\[\s\S])*)"\s*/y;
const ESCAPES: Record<string, string> = { n: "\n", "\\": "\\", '"': '"' };

/**
 * Parses a comma-separated list of selectors. Label values are quoted as in Prometheus: `\"`, `\\` and `\n` escaped.
 * @throws AppError invalid, naming the selector that cannot be read
 */
export function parseSelectors(text: string): Selector[] {
  const selectors: Selector[] = [];
  let at = 0;
  do {
    const { selector, end } = readSelector(text, at);
    selectors.push(selector);
    at = end + 1;
  } while (text[at - 1] === ",");
  if (at <= text.length) throw unreadable(selectors.length);
  if (selectors.length > MOST_SELECTORS) throw invalid(`At most ${MOST_SELECTORS} metrics can be asked at once`);
  return selectors;
}

/** Writes a selector as `parseSelectors` reads it. */
export function formatSelector({ metric, labels = {} }: Selector): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${quoted(value)}"`);
  return pairs.length > 0 ? `${metric}{${pairs.join(",")}}` : metric;
}

function readSelector(text: string, start: number): { selector: Selector; end: number } {
  const name = match(METRIC, text, start);
  if (!name?.[1]) throw unreadable(text.slice(0, start).split(",").length);
  const end = start + name[0].length;
  if (text[end] !== "{") return { selector: { metric: name[1] }, end };
  const { labels, end: closed } = readLabels(text, { start: end + 1, metric: name[1] });
  return { selector: { metric: name[1], labels }, end: closed };
}

function readLabels(text: string, { start, metric }: { start: number; metric: string }) {
  const labels = new Map<string, string>();
  let at = start;
  for (;;) {
    const pair = match(LABEL, text, at);
    const [whole, name, value] = pair ?? [];
    if (whole === undefined || name === undefined || value === undefined || labels.has(name)) throw badLabels(metric);
    labels.set(name, unquoted(value, metric));
    at += whole.length;
    if (text[at] === "}") break;
    if (text[at] !== ",") throw badLabels(metric);
    at += 1;
  }
  const spaces = /\s*/y;
  return { labels: Object.fromEntries(labels), end: at + 1 + (match(spaces, text, at + 1)?.[0].length ?? 0) };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function quoted(value: string): string {
  return value.replace(/[\\"\n]/g, (found) => (found === "\n" ? "\\n" : `\\${found}`));
}

function unquoted(value: string, metric: string): string {
  return value.replace(/\\([\s\S])/g, (_, found: string) => {
    const meant = ESCAPES[found];
    if (meant === undefined) throw badLabels(metric);
    return meant;
  });
}

function badLabels(metric: string): AppError {
  return invalid(`The labels of ${metric} cannot be read; write ${metric}{label="value"}`);
}

function unreadable(position: number): AppError {
  return invalid(
    `Metric ${position} of the list cannot be read; write names such as cpu.usage_percent, parted by commas`,
  );
}

function invalid(message: string): AppError {
  return new AppError("invalid", message, { fields: [{ path: "metrics", message }] });
}
