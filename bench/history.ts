// What a stored sample costs on disk and in CPU, and how fast history is read: our store beside Prometheus, VictoriaMetrics
// and one JSONB row per probe and tick, all in one run and with the same values.
import { dropCaches } from "./support/caches";
import { ONE_HOST } from "./support/data-sets";
import { costLines, type Stores, storeEverywhere } from "./support/ingest";
import { createJsonTable, readJson } from "./support/json-metrics";
import { calibration, patiently, progress } from "./support/measure";
import { copySubject, newSubjects, sizeOf, startOurs } from "./support/ours";
import { startPeers } from "./support/peers";
import { buildProduct, type Product, startProduct } from "./support/product";
import type { Question, Way } from "./support/question";
import {
  type Asked,
  askBefore,
  practise,
  questionsOn,
  type Readers,
  readLine,
  type Timing,
  timeCold,
  timeFirst,
  timeReads,
  verify,
} from "./support/reading";
import { type Line, markdown, PEERS, saveResults, shown, US } from "./support/table";

const DAYS = Number(process.env.BENCH_DAYS ?? 30);
const RUNS = Number(process.env.BENCH_RUNS ?? 45);
const COLD_ROUNDS = 7;
const FIRST_ROUNDS = 7;
const STORES = [US, ...PEERS, "JSONB"];

const JSONB: Way = {
  store: "JSONB",
  name: "SQL",
  counts: true,
  async ask({ subject, series, from, to, stepSeconds }) {
    const names = series.map(({ metric }) => metric);
    const rows = await readJson({ subject, type: "cpu", names, from, to, stepSeconds });
    return series.map((_, i) => rows.map((row) => (row as number[])[1 + 3 * i] ?? null));
  },
};

interface Before {
  /** How each store is asked. */
  ways: readonly Way[];
  /** The same question of another host. */
  other: Question;
}

/**
 * Restarts every store on empty caches, with connections open and code loaded again, since each was asked of another host
 * (the others hold nothing of it): only the data are cold.
 */
async function emptyCaches({ ours, peers }: Stores, product: Product, { ways, other }: Before): Promise<void> {
  for (const peer of peers) await peer.stop();
  await ours.restart();
  dropCaches();
  for (const peer of peers) await peer.start();
  await product.hears();
  for (const way of ways) {
    await way.ask(other).catch(() => {});
    if (way.store === US) await askBefore(way, other);
  }
  // What they read to start is let go as well.
  dropCaches();
}

async function cold(asked: readonly Asked[], warm: readonly Timing[][], all: Stores & Readers): Promise<Line[]> {
  if (!dropCaches()) {
    console.log("Cold caches are skipped: only root can empty the kernel's on Linux.");
    return [];
  }
  const [other = 0] = await newSubjects(1);
  await copySubject(asked[0]?.question.subject ?? 0, [other]);
  const lines: Line[] = [];
  for (const [i, one] of asked.entries()) {
    const before = { ...one.question, subject: other };
    const empty = (ways: readonly Way[]) => emptyCaches(all, all.product, { ways, other: before });
    const timings = await timeCold(one, all, { warm: warm[i] ?? [], empty, rounds: COLD_ROUNDS });
    lines.push(readLine(one, timings, "cold"));
    progress(`${one.title}: read cold`);
  }
  return lines;
}

function printWays(asked: readonly Asked[], timings: readonly Timing[][]): void {
  console.log("\nEvery way of asking, ms (the table takes each store's fastest that gives the same answer):\n");
  timings.forEach((ways, i) => {
    for (const { store, way, counts, ms } of ways)
      console.log(`- ${asked[i]?.title}: ${store}, ${way}: ${shown(ms)}${counts ? "" : " (not compared)"}`);
  });
}

async function read(subject: number, all: Stores & Readers): Promise<Line[]> {
  const asked = await questionsOn(ONE_HOST, subject, { product: all.product, hours: 24 * DAYS });
  const timings: Timing[][] = [];
  await practise(asked, all);
  for (const one of asked) {
    await verify(one, all);
    timings.push(await timeReads(one, all, RUNS));
    progress(`${one.title}: read`);
  }
  const warm = asked.map((one, i) => readLine(one, timings[i] ?? []));
  const first: Line[] = [];
  for (const [i, one] of asked.entries()) {
    const timed = await timeFirst(one, all, { warm: timings[i] ?? [], rounds: FIRST_ROUNDS });
    first.push(readLine(one, timed, "first asked"));
  }
  const lines = [...warm, ...first, ...(await cold(asked, timings, all))];
  printWays(asked, timings);
  saveResults("history_ways", Object.fromEntries(asked.map(({ title }, i) => [title, timings[i]])));
  return lines;
}

async function benchHistory(): Promise<void> {
  buildProduct();
  const host = calibration();
  const ours = await startOurs();
  const peers = await startPeers();
  let product: Product | undefined;
  try {
    await createJsonTable();
    const [subject = 0] = await newSubjects(1);
    const stored = await storeEverywhere(ONE_HOST, [subject], { ours, peers, days: DAYS, json: true });
    await patiently("VACUUM json_metrics");
    const costs = await costLines({ ours, peers }, stored, {
      hours: 24 * DAYS,
      jsonBytes: await sizeOf("^json_metrics$"),
    });
    product = await startProduct();
    const reads = await read(subject, { ours, peers, product, others: [JSONB] });
    const lines = [...costs, ...reads];
    console.log(
      `\n${DAYS} days of ${ONE_HOST.title} beside ${peers.map(({ title }) => title).join(" and ")}; SHA-256 of 100 MiB takes ${host.toFixed(0)} ms of CPU:\n`,
    );
    console.log(markdown(lines, STORES, [...PEERS, "JSONB"]));
    saveResults("history", { days: DAYS, calibration_ms: host, stores: peers.map(({ title }) => title), lines });
  } finally {
    await product?.stop();
    for (const peer of peers) await peer.remove();
    await ours.stop();
  }
}

await benchHistory();
