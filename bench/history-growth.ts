// What growth costs us: bytes, time to read and memory with 1, 10 and 100 machines of a month each.
import { HOUR_MS } from "../lib/metrics/hour";
import { DAY_MS, hoursOf, ONE_HOST, START } from "./support/data-sets";
import { calibration, median, progress } from "./support/measure";
import { copyDay, copySubject, newSubjects, type Ours, startOurs, storedBytes, storeHour } from "./support/ours";
import { buildProduct, type Product, startProduct } from "./support/product";
import { askBefore } from "./support/reading";
import { saveResults, shown } from "./support/table";

const DAYS = Number(process.env.BENCH_GROWTH ?? 30);
const STEPS = [1, 10, 100];
const RUNS = 11;
/** Until the code that answers is compiled: so many people, each below what one may ask in a minute. */
const [PEOPLE, QUESTIONS_OF_ONE] = [6, 540];
const SERIES = 116;
const SAMPLES_PER_SUBJECT = (DAYS * DAY_MS * SERIES) / (ONE_HOST.intervalSeconds * 1000);
/** Linear: what one more costs is the same, noise of the machine aside. */
const NOISE = 1.5;

interface Size {
  subjects: number;
  bytes_per_sample: number;
  read_ms: Record<string, number>;
  product_mib: number;
  postgres_mib: number;
}

const END = START + DAYS * DAY_MS;
const READS = {
  "1 h raw × 1": { series: [ONE_HOST.one], from: END - HOUR_MS, points: 720 },
  "24 h × 8": { series: ONE_HOST.eight, from: END - DAY_MS, points: 300 },
  [`${DAYS} d × 1`]: { series: [ONE_HOST.one], from: START, points: 300 },
};

async function practise(product: Product, subject: number): Promise<void> {
  for (const query of await product.askedBy(PEOPLE)) {
    // Nothing is to be answered from memory: it begins anew, and asks of another day each time.
    await product.forget();
    for (let turn = 0; turn < QUESTIONS_OF_ONE / Object.keys(READS).length; turn++) {
      const to = END - (turn % DAYS) * DAY_MS;
      for (const read of Object.values(READS)) await query({ ...read, subject, from: read.from - END + to, to });
    }
  }
}

/** Median milliseconds over HTTP where nothing is remembered of the hours in question, by connections that are open, of subject after subject. */
async function readTimes(product: Product, subjects: readonly number[]): Promise<Record<string, number>> {
  const times = Object.keys(READS).map((title) => ({ title, all: [] as number[] }));
  for (let run = 0; run < RUNS; run++) {
    const subject = subjects[Math.floor((run * subjects.length) / RUNS)] ?? 0;
    await product.forget();
    for (const [i, read] of Object.values(READS).entries()) {
      const question = { ...read, subject, to: END };
      await askBefore({ ask: product.query }, question);
      const start = performance.now();
      await product.query(question);
      times[i]?.all.push(performance.now() - start);
    }
  }
  return Object.fromEntries(times.map(({ title, all }) => [title, median(all)]));
}

async function sizeUp(subjects: readonly number[], ours: Ours, product: Product): Promise<Size> {
  const { bytes } = await storedBytes();
  const read_ms = await readTimes(product, subjects);
  return {
    subjects: subjects.length,
    bytes_per_sample: bytes / (subjects.length * SAMPLES_PER_SUBJECT),
    read_ms,
    product_mib: product.memoryMiB(),
    postgres_mib: await ours.memoryMiB(),
  };
}

function print(sizes: readonly Size[], calibrationMs: number): void {
  const titles = Object.keys(READS);
  const heads = [
    "subjects",
    "bytes per sample",
    ...titles.map((title) => `${title}, ms`),
    "Dozor, MiB",
    "PostgreSQL, MiB",
  ];
  const rows = sizes.map((size) => [
    `${size.subjects}`,
    ...[size.bytes_per_sample, ...titles.map((title) => size.read_ms[title]), size.product_mib, size.postgres_mib].map(
      shown,
    ),
  ]);
  console.log(
    `\nGrowth, ${DAYS} days of 116 series at 5 s each; SHA-256 of 100 MiB takes ${calibrationMs.toFixed(0)} ms:\n`,
  );
  for (const cells of [heads, heads.map(() => "---"), ...rows]) console.log(`| ${cells.join(" | ")} |`);
  const [first, last] = [sizes[0], sizes.at(-1)];
  if (!first || !last) return;
  const grown = [
    ["bytes per sample", last.bytes_per_sample / first.bytes_per_sample],
    ...titles.map((title) => [title, (last.read_ms[title] ?? 0) / (first.read_ms[title] ?? 1)] as const),
    ["memory", (last.product_mib + last.postgres_mib) / (first.product_mib + first.postgres_mib)],
  ] as const;
  console.log(
    `\nWith ${last.subjects} instead of ${first.subjects}, each is so many times as large (1: linear in bytes, none in the others):`,
  );
  for (const [what, times] of grown) console.log(`- ${what}: ${times.toFixed(2)}${times > NOISE ? " (**more**)" : ""}`);
}

async function benchGrowth(): Promise<void> {
  buildProduct();
  const calibrationMs = calibration();
  const ours = await startOurs();
  let product: Product | undefined;
  try {
    const [model = 0] = await newSubjects(1);
    for (const writes of hoursOf(ONE_HOST, [model])) await storeHour(writes);
    await copyDay(START, DAYS);
    product = await startProduct();
    await practise(product, model);
    const subjects = [model];
    const sizes: Size[] = [];
    for (const count of STEPS) {
      const more = await newSubjects(count - subjects.length);
      await copySubject(model, more);
      subjects.push(...more);
      progress(`${count} subjects stored`);
      sizes.push(await sizeUp(subjects, ours, product));
    }
    print(sizes, calibrationMs);
    saveResults("history_growth", { days: DAYS, calibration_ms: calibrationMs, sizes });
  } finally {
    await product?.stop();
    await ours.stop();
  }
}

await benchGrowth();
