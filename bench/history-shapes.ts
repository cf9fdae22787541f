// The same comparison for data of other shapes: a wide subject, many subjects at once, irregular ticks with gaps.
import { type DataSet, IRREGULAR, manyHosts, WIDE } from "./support/data-sets";
import { costLines, storeEverywhere } from "./support/ingest";
import { calibration, progress } from "./support/measure";
import { newSubjects, startOurs } from "./support/ours";
import { startPeers } from "./support/peers";
import { buildProduct, type Product, startProduct } from "./support/product";
import { practise, questionsOn, readLine, timeReads, verify } from "./support/reading";
import { type Line, markdown, PEERS, saveResults, US } from "./support/table";

const RUNS = Number(process.env.BENCH_RUNS ?? 45);
const FLEET = Number(process.env.BENCH_FLEET ?? 200);

/** What happens to a set in stores that hold nothing else. */
async function measure(set: DataSet): Promise<Line[]> {
  const ours = await startOurs();
  const peers = await startPeers();
  let product: Product | undefined;
  try {
    const subjects = await newSubjects(set.subjects);
    const stored = await storeEverywhere(set, subjects, { ours, peers });
    const lines = await costLines({ ours, peers }, stored, { hours: set.hours });
    product = await startProduct();
    const readers = { product, peers };
    const [subject = 0] = subjects.slice(-3);
    const questions = await questionsOn(set, subject, { product, hours: set.hours });
    await practise(questions, readers);
    for (const asked of questions) {
      await verify(asked, readers);
      lines.push(readLine(asked, await timeReads(asked, readers, RUNS)));
    }
    return lines;
  } finally {
    await product?.stop();
    for (const peer of peers) await peer.remove();
    await ours.stop();
  }
}

buildProduct();
const host = calibration();
for (const set of [WIDE, IRREGULAR, manyHosts(FLEET)]) {
  progress(set.title);
  const lines = await measure(set);
  console.log(`\n${set.title}; SHA-256 of 100 MiB takes ${host.toFixed(0)} ms of CPU:\n`);
  console.log(markdown(lines, [US, ...PEERS], PEERS));
  saveResults(`history_shapes: ${set.title}`, lines);
}
