// How a Grafana user asks Prometheus or VictoriaMetrics for what our charts show.
import { getJson } from "./client";
import type { Peer } from "./peers";
import type { Aggregate, Answer, Question, SeriesName, Way } from "./question";
import { peerName } from "./remote-write";

interface Result {
  data: { result: { metric: Record<string, string>; values: [time: number, value: string][] }[] };
}

/** Every way of asking for this kind of question that some user might choose. */
export function waysOf(peer: Peer, { raw, series }: Pick<Question, "raw" | "series">): Way[] {
  const way = (name: string, ask: Way["ask"], counts = true): Way => ({ store: peer.name, name, counts, ask });
  if (raw) {
    return [
      way("a range vector", (question) => askRaw(peer, question)),
      // Looks back for the newest sample at each step: raw samples only where they are regular.
      way("query_range of the metric, a step per sample", (question) => askLatest(peer, question), false),
    ];
  }
  return [
    way("avg_over_time, a request per series", (question) => askEach(peer, question)),
    ...(series.length > 1 ? [way("avg_over_time, one request", (question) => askTogether(peer, question))] : []),
    way("the metric itself: one sample per step", (question) => askLatest(peer, question), false),
    ...(peer.name === "VictoriaMetrics"
      ? [way("avg_over_time, answered from its cache", (question) => askEach(peer, question, { cache: true }), false)]
      : []),
  ];
}

/** Another aggregate of the same steps, to compare answers. */
export const askAggregate = (peer: Peer, question: Question, aggregate: Aggregate): Promise<Answer> =>
  askEach(peer, question, { aggregate });

const selectorOf = (subject: number, { probe, metric, labels }: SeriesName): string => {
  const pairs = Object.entries({ ...labels, server: serverName(subject) });
  return `${peerName(`${probe}.${metric}`)}{${pairs.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join()}}`;
};

/** The value of the label `server`, and the server's name in ours. */
export const serverName = (subject: number): string => `bench-${subject}`;

/**
 * Our step holds what came from its start to before its end; theirs what came after its start up to its end. Moved by a
 * millisecond they hold the same samples.
 */
const overTime = (question: Question, series: SeriesName, aggregate: Aggregate): string =>
  `${aggregate}_over_time(${selectorOf(question.subject, series)}[${question.stepSeconds}s] offset 1ms)`;

async function askEach(
  peer: Peer,
  question: Question,
  { aggregate = "avg", cache = false }: { aggregate?: Aggregate; cache?: boolean } = {},
): Promise<Answer> {
  const asked = question.series.map((series) => askRange(peer, question, overTime(question, series, aggregate), cache));
  return (await Promise.all(asked)).map(([values = steps(question)]) => values);
}

/** The function takes the metric's name away, so each is told apart by a label of its own. */
async function askTogether(peer: Peer, question: Question): Promise<Answer> {
  const parts = question.series.map(
    (series, i) => `label_replace(${overTime(question, series, "avg")}, "n", "${i}", "", "")`,
  );
  const range = await getJson<Result>(rangeUrl(peer, question, parts.join(" or ")));
  return question.series.map((_, i) => {
    const found = range.data.result.find(({ metric }) => metric.n === `${i}`);
    return found ? placed(question, found.values) : steps(question);
  });
}

const askLatest = async (peer: Peer, question: Question): Promise<Answer> =>
  (
    await Promise.all(
      question.series.map((series) => askRange(peer, question, selectorOf(question.subject, series), false)),
    )
  ).flat();

async function askRaw(peer: Peer, { subject, series, from, to }: Question): Promise<Answer> {
  const seconds = Math.round((to - from) / 1000);
  const answers = series.map((one) => {
    const query = new URLSearchParams({
      query: `${selectorOf(subject, one)}[${seconds}s]`,
      time: `${(to - 1) / 1000}`,
    });
    return getJson<Result>(`${peer.url}/api/v1/query?${query}`);
  });
  return (await Promise.all(answers)).map(({ data }) =>
    (data.result[0]?.values ?? []).map(([, value]) => Number(value)),
  );
}

async function askRange(peer: Peer, question: Question, query: string, cache: boolean): Promise<Answer> {
  const { data } = await getJson<Result>(rangeUrl(peer, question, query, cache));
  return data.result.map(({ values }) => placed(question, values));
}

function rangeUrl(peer: Peer, { from, to, stepSeconds }: Question, query: string, cache = false): string {
  const range = new URLSearchParams({
    query,
    start: `${from / 1000 + stepSeconds}`,
    end: `${to / 1000}`,
    step: `${stepSeconds}`,
    // VictoriaMetrics only: otherwise a second question would be answered without reading.
    ...(cache ? {} : { nocache: "1" }),
  });
  return `${peer.url}/api/v1/query_range?${range}`;
}

const steps = ({ from, to, stepSeconds }: Question): (number | null)[] =>
  new Array(Math.round((to - from) / 1000 / stepSeconds)).fill(null);

function placed(question: Question, values: [time: number, value: string][]): (number | null)[] {
  const all = steps(question);
  for (const [time, value] of values)
    all[Math.round((time - question.from / 1000) / question.stepSeconds) - 1] = Number(value);
  return all;
}
