// What the History page shows, as its address says it: charts, period, comparison. Pure.
import { type Period, type TimeWindow, timeWindow, windowQuery } from "../charts/time-window";

export type Labels = Readonly<Record<string, string>>;

/** One chart: a metric of a server. */
export interface ChosenChart {
  server: string;
  /** `disk.read_bytes_per_sec` */
  metric: string;
  /** The instances it shows; none: all that there are. */
  instances: readonly Labels[];
}

/** Named distances to the range laid under the shown one. `previous`: the range that ends where the shown one begins. */
export const COMPARISONS = ["previous", "yesterday", "last_week"] as const;
/** A number: seconds that the other range begins before the shown one (negative: after it). */
export type Compare = (typeof COMPARISONS)[number] | number;

export interface HistoryState {
  charts: readonly ChosenChart[];
  compare: Compare | null;
  window: TimeWindow;
}

type Parameters = Record<string, string | string[] | undefined>;

export const USUAL_PERIOD: Period = "24h";
export const HISTORY_PATH = "/history";
/** More charts than this nobody can follow at once. */
export const MOST_CHARTS = 24;
/** As many as there are colours to tell them apart. */
export const MOST_INSTANCES = 7;

/** What the page shows when nothing is chosen. */
export const USUAL_CHARTS: readonly ChosenChart[] = [
  "cpu.usage_percent",
  "memory.usage_percent",
  "network.total_bytes_recv_per_sec",
  "network.total_bytes_sent_per_sec",
  "disk.read_bytes_per_sec",
  "disk.write_bytes_per_sec",
].map((metric) => ({ server: "local", metric, instances: [] }));

/** Reads the address; what cannot be read is left out. @param nowSeconds since the epoch */
export function parseHistory(parameters: Parameters, nowSeconds: number): HistoryState {
  return {
    charts: parseCharts(parameters.chart),
    compare: parseCompare(parameters.compare),
    window: timeWindow(parameters, nowSeconds, USUAL_PERIOD),
  };
}

/** The address of a state; the usual one has an address without a query. Fixed ranges are written to the second. */
export function historyAddress({ charts, compare, window }: HistoryState): string {
  const query = new URLSearchParams();
  const texts = charts.map(chartText);
  if (charts.length === 0) query.append("chart", "");
  else if (texts.join("\n") !== USUAL_CHARTS.map(chartText).join("\n"))
    for (const text of texts) query.append("chart", text);
  if (compare !== null) query.set("compare", String(compare));
  if (window.period === null)
    for (const [name, value] of new URLSearchParams(windowQuery(window))) query.set(name, value);
  else if (window.period !== USUAL_PERIOD) query.set("period", window.period);
  return query.size > 0 ? `${HISTORY_PATH}?${query}` : HISTORY_PATH;
}

/** One chart in the address: `local/disk.read_bytes_per_sec{device="sda"}{device="sdb"}`. Its name among the others, too. */
export const chartText = ({ server, metric, instances }: ChosenChart): string =>
  `${encodeURIComponent(server)}/${metric}${instances.map(labelsText).join("")}`;

/** Labels as selectors of the API are written: `{database="shop"}`; empty without any. */
export function labelsText(labels: Labels): string {
  const pairs = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Seconds that the other range begins before the shown one. */
export function shiftSeconds(compare: Compare, { from, to }: Pick<TimeWindow, "from" | "to">): number {
  if (typeof compare === "number") return compare;
  return { previous: to - from, yesterday: 86_400, last_week: 604_800 }[compare];
}

function parseCharts(value: string | string[] | undefined): readonly ChosenChart[] {
  if (value === undefined) return USUAL_CHARTS;
  const found = [value].flat().flatMap((text) => parseChart(text) ?? []);
  return [...new Map(found.map((chart) => [chartText(chart), chart])).values()].slice(0, MOST_CHARTS);
}

const CHART = /^([^/]{1,768})\/([A-Za-z_]\w*(?:\.\w+)+)((?:\{.*\})?)$/s;
const LABEL = /([A-Za-z_]\w*)="((?:[^"\\]|\\["\\n])*)"([,}])/y;

function parseChart(text: string): ChosenChart | null {
  const [, server, metric, rest] = CHART.exec(text) ?? [];
  if (server === undefined || metric === undefined || rest === undefined) return null;
  const instances = parseInstances(rest);
  const name = decoded(server);
  return name === null || instances === null ? null : { server: name, metric, instances };
}

/** `{a="1",b="2"}{a="2"}` */
function parseInstances(text: string): Labels[] | null {
  const found: Labels[] = [];
  let at = 0;
  while (at < text.length) {
    if (text[at] !== "{") return null;
    const labels = new Map<string, string>();
    let end = ",";
    for (at++; end === ","; at = LABEL.lastIndex) {
      LABEL.lastIndex = at;
      const [, name, value, next] = LABEL.exec(text) ?? [];
      if (name === undefined || value === undefined || next === undefined || labels.has(name)) return null;
      labels.set(
        name,
        value.replace(/\\(.)/g, (_, one: string) => (one === "n" ? "\n" : one)),
      );
      end = next;
    }
    found.push(Object.fromEntries(labels));
  }
  return [...new Map(found.map((labels) => [labelsText(labels), labels])).values()].slice(0, MOST_INSTANCES);
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

/** No comparison reaches further. */
const LONGEST_SHIFT = 20 * 366 * 86_400;

function parseCompare(value: string | string[] | undefined): Compare | null {
  if (typeof value !== "string") return null;
  const named = COMPARISONS.find((name) => name === value);
  if (named) return named;
  const seconds = /^-?\d{1,9}$/.test(value) ? Number(value) : 0;
  return seconds !== 0 && Math.abs(seconds) <= LONGEST_SHIFT ? seconds : null;
}
