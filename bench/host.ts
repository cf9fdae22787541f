// What a full sample of this machine costs, beside node_exporter and systeminformation asked for the same at the same time.
import { setTimeout as sleep } from "node:timers/promises";
import system from "systeminformation";
import { openLocalHost } from "../lib/host/connect";
import { hostProbes } from "../lib/host/probes/index";
import { costOf, sampler } from "./support/host-sampler";
import { calibration } from "./support/measure";
import { type NodeExporter, startNodeExporter } from "./support/node-exporter";

const TIGHT_SAMPLES = 500;
const ROUNDS = Number(process.env.ROUNDS ?? 60);
const LIBRARY_SAMPLES = 10;
const GOALS = { default: 0.3, same: 0.5 };

async function askLibrary(): Promise<void> {
  await system.currentLoad();
  await system.mem();
  await system.networkStats("*");
  await system.networkConnections();
  await system.fsSize();
  await system.disksIO();
  await system.fsStats();
}

/** Milliseconds of CPU for each sample and for each scrape, taken in turn once a second. */
async function compare(sample: () => Promise<void>, peers: readonly NodeExporter[]) {
  const before = peers.map((peer) => peer.cpuMs());
  let ours = 0;
  for (let round = 0; round < ROUNDS; round++) {
    ours += (await costOf(1, sample)).own;
    for (const peer of peers) await peer.scrape();
    await sleep(1_000);
  }
  return { ours: ours / ROUNDS, peers: peers.map((peer, index) => (peer.cpuMs() - (before[index] ?? 0)) / ROUNDS) };
}

async function benchHost(): Promise<void> {
  const host = openLocalHost();
  const sample = sampler(() => host);
  console.log(`calibration: 100 MB SHA-256 in ${calibration().toFixed(0)} ms of CPU`);
  await costOf(200, sample);
  console.log(`our sample, ${TIGHT_SAMPLES} in a row: ${(await costOf(TIGHT_SAMPLES, sample)).own.toFixed(2)} ms`);
  for (const probe of hostProbes) {
    const cost = await costOf(TIGHT_SAMPLES / 5, () => probe.read(host));
    console.log(`  reading ${probe.name}, in a row: ${(cost.own * 1000).toFixed(0)} µs`);
  }
  const started = [await startNodeExporter("default"), await startNodeExporter("same")] as const;
  const peers = started.filter((peer) => peer !== undefined);
  try {
    const { ours, peers: theirs } = await compare(sample, peers);
    console.log(
      `our sample, once a second beside them: ${ours.toFixed(2)} ms, ${(ours / 10).toFixed(2)} % of a core (goal: 1 %)`,
    );
    if (peers.length === 0)
      console.log("node_exporter is not to be had here (apt-get install prometheus-node-exporter)");
    for (const [index, which] of (["default", "same"] as const).entries()) {
      const [peer, cost] = [peers[index], theirs[index]];
      if (!peer || !cost) continue;
      const name = which === "default" ? "its default collectors" : "the same collectors only";
      const told = `${peer.version}, ${name}, ${peer.samples} samples: ${cost.toFixed(1)} ms a scrape`;
      console.log(`node_exporter ${told}; ours is ${(ours / cost).toFixed(2)} of it (goal: ${GOALS[which]})`);
    }
    await askLibrary();
    const library = await costOf(LIBRARY_SAMPLES, askLibrary, 1000);
    const sum = library.own + library.children;
    const parts = `${library.own.toFixed(1)} own, ${library.children.toFixed(1)} in child processes`;
    console.log(
      `systeminformation, the same questions: ${sum.toFixed(1)} ms (${parts}); ours is ${(ours / sum).toFixed(2)} of it`,
    );
  } finally {
    for (const peer of peers) await peer.stop();
    await host.close();
  }
}

await benchHost();
process.exit(0);
