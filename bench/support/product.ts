// The built product on our store, and the ways of asking it.
import { spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { env } from "../../lib/env";
import { readSeries } from "../../lib/metrics/read";
import type { QueryResult } from "../../lib/metrics/schema";
import { newDataDir, removeData, startApp } from "../../tests/e2e/support/app";
import { getJson } from "./client";
import { patiently } from "./measure";
import { serverName } from "./peer-ways";
import { familyMemory } from "./processes";
import type { Answer, Question, SeriesName, Way } from "./question";
import { type Headers, signIn, signInViewers } from "./viewers";

export interface Product {
  /** What /api/query answers; as the charts ask, or with other aggregates. */
  query(question: Asked): Promise<QueryResult>;
  /** The same asked by so many people, who are new. */
  askedBy(people: number): Promise<Product["query"][]>;
  /** Makes it forget what it remembers of earlier answers: the database's caches stay as they are. */
  forget(): Promise<void>;
  /** Waits until it hears of changes, as it does a second after it lost its connections. */
  hears(): Promise<void>;
  memoryMiB(): number;
  stop(): Promise<void>;
}

export type Asked = Pick<Question, "subject" | "series" | "from" | "to"> & { points: number; aggregates?: string };

/** Builds the product if it is not yet: nobody wants to hear at the end of a long run that this failed. */
export function buildProduct(): void {
  const { status } = spawnSync(process.execPath, ["scripts/build.mjs", "--if-needed"], { stdio: "inherit" });
  if (status !== 0) throw new Error("The product cannot be built");
}

const ADMIN = { username: "admin", password: "measured-twice-cut-once-1" };

/** The built product on the same database, which answers and collects nothing. */
export async function startProduct(): Promise<Product> {
  const { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS } = env();
  const given = { DATABASE_URL, AUTH_SECRET, ENCRYPTION_KEYS, ADMIN_PASSWORD: ADMIN.password };
  const dataDir = newDataDir();
  const started = startApp({ dataDir, env: { ...given, ROLE: "web", LOG_LEVEL: "error" } });
  started.catch(() => removeData(dataDir));
  const app = await started;
  const kill = () => process.kill(app.pid, "SIGKILL");
  process.once("exit", kill);
  const queryAs =
    (headers: Headers): Product["query"] =>
    (asked) =>
      getJson(`${app.url}/api/query?${parametersOf(asked)}`, { ...headers });
  return {
    query: queryAs(await signIn(app.url, ADMIN)),
    askedBy: async (people) => (await signInViewers(app.url, ADMIN, people)).map(queryAs),
    async forget() {
      await loseConnections();
      await untilHeard();
    },
    hears: untilHeard,
    memoryMiB: () => familyMemory(app.pid),
    async stop() {
      process.removeListener("exit", kill);
      await app.stop();
      removeData(dataDir);
    },
  };
}

const PATIENCE_MS = 20_000;

/** A process that loses its connections believes nothing that it remembered of the database. */
async function loseConnections(): Promise<void> {
  await patiently(
    `SELECT pg_terminate_backend(pid, ${PATIENCE_MS}) FROM pg_stat_activity
     WHERE datname = current_database() AND application_name IN ('dozor-app', 'dozor-listen')`,
  );
}

async function untilHeard(): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    // By a connection of its own: those of our pool were lost, too.
    const listeners = await patiently(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'dozor-listen'
       AND state = 'idle' AND query LIKE 'LISTEN %dozor_history%'`,
    );
    // PostgreSQL listens: the product is told of that at once.
    await sleep(100);
    if (listeners.length > 0) return;
  }
  throw new Error("The product does not hear of changes again");
}

function parametersOf({ subject, series, from, to, points, aggregates }: Asked): URLSearchParams {
  return new URLSearchParams({
    server: serverName(subject),
    metrics: series.map(selectorText).join(),
    from: `${from / 1000}`,
    to: `${to / 1000}`,
    points: `${points}`,
    ...(aggregates ? { agg: aggregates } : {}),
  });
}

function selectorText({ probe, metric, labels }: SeriesName): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `${probe}.${metric}${pairs.length > 0 ? `{${pairs.join()}}` : ""}`;
}

/**
 * Our own ways: over HTTP as charts ask, over HTTP what the others give, and in the process. A sample's least and greatest
 * value say nothing: of samples as they are nobody asks for them.
 */
export function ourWays(product: Pick<Product, "query">, { raw }: Pick<Question, "raw">): Way[] {
  const points = ({ from, to, stepSeconds }: Question) => (to - from) / 1000 / stepSeconds;
  const overHttp = (aggregates?: string) => async (question: Question) => {
    const { series } = await product.query({
      ...question,
      points: points(question),
      ...(aggregates && { aggregates }),
    });
    return ordered(question, series, "avg");
  };
  return [
    { store: "Dozor", name: "HTTP: avg, min and max", counts: true, ask: overHttp() },
    { store: "Dozor", name: "HTTP: avg only", counts: raw, ask: overHttp("avg") },
    {
      store: "Dozor",
      name: "in the process",
      counts: false,
      async ask(question) {
        const selectors = question.series.map(({ probe, metric, labels }) => ({
          metric: `${probe}.${metric}`,
          labels,
        }));
        const { series } = await readSeries({ ...question, selectors, points: points(question) });
        return ordered(question, series, "avg");
      },
    },
  ];
}

type Line = { metric: string; labels: Record<string, string> };

/** One aggregate of each series, in the order in which they were asked for; of irregular raw samples those that are there. */
export function ordered<Key extends string, Of extends Line & Record<Key, Answer[number]>>(
  { series, raw }: Question,
  lines: readonly Of[],
  aggregate: Key,
): Answer {
  return series.map(({ probe, metric, labels }) => {
    const means = (line: Line) =>
      line.metric === `${probe}.${metric}` &&
      Object.entries(labels).every(([name, value]) => line.labels[name] === value);
    const values = lines.find(means)?.[aggregate] ?? [];
    return raw ? values.filter((value) => value !== null) : values;
  });
}
