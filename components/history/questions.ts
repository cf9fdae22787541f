// What the page asks the history for: as few questions as the charts allow, each to one server. Pure.
import type { ChartQuery } from "../server/chart-query";
import { type ChosenChart, labelsText } from "./address";

export interface Question extends ChartQuery {
  server: string;
  charts: readonly ChosenChart[];
}

/** Limits of the API for one question. */
const MOST_SELECTORS = 50;
const MOST_CHARACTERS = 4_000;

/** Selectors of a chart's series. */
export const selectorsOf = ({ metric, instances }: ChosenChart): string[] =>
  instances.length === 0 ? [metric] : [...new Set(instances.map((labels) => metric + labelsText(labels)))];

/** Questions by server, in the order of the charts; each chart is answered by one of them. @param points steps at most */
export function questionsOf(charts: readonly ChosenChart[], points: number): Question[] {
  const questions: Question[] = [];
  for (const chart of charts) {
    const own = selectorsOf(chart);
    const open = questions.findLast(({ server }) => server === chart.server);
    const metrics = [...new Set([...(open?.metrics ?? []), ...own])];
    if (open && fits(metrics)) Object.assign(open, { metrics, charts: [...open.charts, chart] });
    else questions.push({ name: "", server: chart.server, metrics: own, points, charts: [chart] });
  }
  return questions.map((question, index) => ({ ...question, name: `${question.server} ${index}` }));
}

const fits = (metrics: readonly string[]): boolean =>
  metrics.length <= MOST_SELECTORS && metrics.join().length <= MOST_CHARACTERS;

/** Where the samples themselves can be had: every one of the range, as a file. Seconds since the epoch. */
export function exportAddress(
  { server, metrics }: Pick<Question, "server" | "metrics">,
  { from, to, format }: { from: number; to: number; format: "csv" | "json" },
): string {
  const parameters = new URLSearchParams({
    server,
    metrics: metrics.join(","),
    from: String(Math.floor(from)),
    to: String(Math.ceil(to)),
    format,
  });
  return `/api/history/export?${parameters}`;
}
