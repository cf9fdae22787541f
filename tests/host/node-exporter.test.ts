// What /metrics tells of this machine, held against what node_exporter tells of it at the same moment.
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { writeHostFacts } from "../../lib/collect/host-facts";
import { openLocalHost } from "../../lib/host/connect";
import { hostFacts } from "../../lib/host/facts";
import { hostProbes } from "../../lib/host/probes";
import { useDatabase } from "../support/database";
import { compare, type Exporter, parseExposition, startExporter } from "../support/exporters";
import { addServer, fleetText, keepOutcome } from "../support/newest";

/** How far gauges may be from both of the exporter's values, since others use the machine meanwhile. */
const MOVING: readonly (readonly [name: RegExp, slack: number])[] = [
  [/^node_cpu_scaling_frequency_hertz$/, Number.POSITIVE_INFINITY],
  [/^node_memory_(Dirty|Writeback|WritebackTmp|Mlocked|SwapCached)_bytes$/, Number.POSITIVE_INFINITY],
  [/^node_(procs|sockstat|netstat_Tcp_CurrEstab)/, 100],
  [/^node_(memory|load)/, 0.25],
  [/^node_filesystem_(free|avail|files_free)/, 0.05],
  // What the kernel counts for each processor it adds up a moment later.
  [/^node_(cpu|pressure|disk|vmstat)_/, 0.001],
];
const slack = (name: string): number => MOVING.find(([pattern]) => pattern.test(name))?.[1] ?? 0;

/** Not told: layers over other devices, drives without a disk, cards of containers. */
const LESS = /^node_(disk_\w+\{device="(zram|dm-|md|loop|ram|sr|nbd)|network_\w+\{device="(veth|cali|lxc|vnet|tap))/;
/** Each of both has its own mind about which mounts are worth a word, in containers above all. */
const MOUNTS = /^node_filesystem_/;
/** Told though the exporter leaves it out. */
const MORE = /^node_(network_(receive|transmit)_\w+\{device="lo"\}|cpu_scaling_frequency_hertz\{)/;
/** Without the kernel's `version` and the domain. */
const UNAME = /^node_uname_info\{/;
/** Of an interface that does not know we say that it is up, as the loopback interface is. */
const UNKNOWN_IS_UP = /^node_network_up\{.*\} 1, theirs 0 to 0$/;

describe("names, labels, types and values of node_exporter", () => {
  useDatabase();
  const host = openLocalHost();
  let exporter: Exporter;
  beforeAll(async () => {
    exporter = await startExporter("prometheus-node-exporter");
  });
  afterAll(async () => {
    await exporter?.stop();
    await host.close();
  });

  async function measured(server: number) {
    const scrape = async () => parseExposition(await exporter.scrape(), "node_");
    const before = await scrape();
    for (const probe of hostProbes) {
      const reading = probe.rows(await probe.read(host), undefined, 0);
      await keepOutcome({ server, probe, outcome: { outcome: "ok", reading } });
    }
    const after = await scrape();
    const ours = parseExposition(await fleetText(), "node_");
    return { ours, found: compare(ours, [before, after], slack) };
  }

  it.runIf(process.platform === "linux")("are ours, but for what is told otherwise on purpose", async () => {
    const server = await addServer("local", { postgres: false });
    await writeHostFacts([server], await hostFacts());
    const { ours, found } = await vi.waitFor(
      async () => {
        const made = await measured(server);
        expect(made.found.values.filter((one) => !UNKNOWN_IS_UP.test(one))).toEqual([]);
        return made;
      },
      { timeout: 20_000, interval: 100 },
    );
    expect(ours.families.size).toBeGreaterThan(70);
    const isTold = (patterns: readonly RegExp[]) => (one: string) => !patterns.some((pattern) => pattern.test(one));
    expect(found.onlyTheirs.filter(isTold([LESS, MOUNTS, UNAME]))).toEqual([]);
    expect(found.onlyOurs.filter(isTold([MORE, MOUNTS, UNAME]))).toEqual([]);
    expect(found.types.filter((one) => !/^node_(vmstat|netstat|sockstat)_.*, theirs untyped$/.test(one))).toEqual([]);
  });
});
