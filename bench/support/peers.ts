// Prometheus and VictoriaMetrics beside us: on loopback, in folders of their own, ended with this process.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../lib/embedded/port";
import { hangUp, request } from "./client";
import { familyCpuSeconds, familyMemory } from "./processes";
import { findProgram, type Program } from "./programs";
import type { RemoteWrite } from "./remote-write";

const START_MS = 60_000;
const STOP_MS = 30_000;
const SETTLE_MS = 600_000;

interface Kind {
  name: string;
  /** Program and Debian package. */
  program: string;
  parameters(folder: string, address: string): string[];
  health: string;
  /** Starts what makes the files small and final; the rest of it is waited for. */
  tidyUp?: string[];
  /** Lines of /metrics that together count the samples it holds. */
  held: RegExp;
  /** A line of /metrics that counts what makes the files small: at rest when all stay as they are. */
  work: RegExp;
  bytesPerSample(folder: string, samples: number): number;
}

const PROMETHEUS: Kind = {
  name: "Prometheus",
  program: "prometheus",
  parameters(folder, address) {
    const config = join(folder, "prometheus.yml");
    // No targets: not even itself.
    writeFileSync(config, "global: {}\n");
    return [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, "data")}`,
      "--storage.tsdb.retention.time=100y",
      "--web.enable-remote-write-receiver",
      `--web.listen-address=${address}`,
      "--log.level=error",
    ];
  },
  health: "/-/ready",
  held: /^prometheus_tsdb_head_samples_appended_total(?:\{.*\})? (\S+)$/gm,
  work: /^prometheus_tsdb_(?:compactions_total|blocks_loaded|head_chunks) .*$/gm,
  /** Of the compacted blocks, index included; the newest hours in head and log are left out, with their samples. */
  bytesPerSample(folder) {
    const data = join(folder, "data");
    let [bytes, samples] = [0, 0];
    for (const block of readdirSync(data).filter((name) => /^[0-9A-Z]{26}$/.test(name))) {
      const meta = JSON.parse(readFileSync(join(data, block, "meta.json"), "utf8"));
      bytes += bytesOf(join(data, block));
      samples += Number(meta.stats.numSamples);
    }
    return bytes / samples;
  },
};

const VICTORIA_METRICS: Kind = {
  name: "VictoriaMetrics",
  program: "victoria-metrics",
  parameters: (folder, address) => [
    `-storageDataPath=${join(folder, "data")}`,
    "-retentionPeriod=100y",
    `-httpListenAddr=${address}`,
    "-loggerLevel=ERROR",
  ],
  health: "/health",
  tidyUp: ["/internal/force_flush", "/internal/force_merge"],
  held: /^vm_rows\{type="storage\/.*"\} (\S+)$/gm,
  work: /^vm_(?:active_merges|merges_total|parts|pending_rows|rows)\{.*$/gm,
  bytesPerSample: (folder, samples) =>
    (bytesOf(join(folder, "data", "data")) + bytesOf(join(folder, "data", "indexdb"))) / samples,
};

function bytesOf(path: string): number {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.size ?? 0;
  return readdirSync(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

export class Peer {
  readonly url: string;
  private child: ChildProcess | undefined;
  private samples = 0;
  /** CPU seconds of processes that have ended. */
  private spent = 0;

  constructor(
    private readonly kind: Kind,
    private readonly program: Program,
    private readonly folder: string,
    private readonly address: string,
  ) {
    this.url = `http://${address}`;
    process.once("exit", this.kill);
  }

  get name(): string {
    return this.kind.name;
  }

  /** Name and version. */
  get title(): string {
    return `${this.kind.name} ${this.program.version}`;
  }

  async start(): Promise<void> {
    const child = spawn(this.program.path, this.kind.parameters(this.folder, this.address), {
      cwd: this.folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    this.child = child;
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said = `${said}${chunk}`.slice(-2_000);
    });
    for (const deadline = Date.now() + START_MS; ; await sleep(50)) {
      if (child.exitCode !== null || Date.now() > deadline) throw new Error(`${this.name} did not start:\n${said}`);
      if (await this.get(this.kind.health).catch(() => false)) return;
    }
  }

  async write(write: RemoteWrite, shiftMs = 0): Promise<void> {
    const headers = {
      "content-encoding": "snappy",
      "content-type": "application/x-protobuf",
      "x-prometheus-remote-write-version": "0.1.0",
    };
    await request(`${this.url}/api/v1/write`, { method: "POST", headers, body: write.body(shiftMs) });
    this.samples += write.samples;
  }

  /**
   * Waits until compaction or merging has nothing left to do.
   * @throws Error when it does not hold as many samples as it was given
   */
  async settle(quietSeconds = 8): Promise<void> {
    for (const path of this.kind.tidyUp ?? []) await this.get(path);
    const deadline = Date.now() + SETTLE_MS;
    let last = "";
    for (let quiet = 0; quiet < quietSeconds; await sleep(1_000)) {
      const now = (await this.get("/metrics")).match(this.kind.work)?.join("\n") ?? "";
      quiet = now === last ? quiet + 1 : 0;
      last = now;
      if (Date.now() > deadline) throw new Error(`${this.name} did not come to rest:\n${last}`);
    }
    const held = [...(await this.get("/metrics")).matchAll(this.kind.held)].reduce((sum, [, n]) => sum + Number(n), 0);
    if (held !== this.samples) throw new Error(`${this.name} holds ${held} of ${this.samples} samples`);
  }

  bytesPerSample(): number {
    return this.kind.bytesPerSample(this.folder, this.samples);
  }

  cpuSeconds(): number {
    return this.spent + (this.child?.pid ? familyCpuSeconds(this.child.pid) : 0);
  }

  memoryMiB(): number {
    return this.child?.pid ? familyMemory(this.child.pid) : 0;
  }

  /** Ends it in order; its data stay until `remove`. */
  async stop(): Promise<void> {
    const { child } = this;
    if (!child || child.exitCode !== null) return;
    this.spent = this.cpuSeconds();
    hangUp();
    const gone = new Promise<void>((resolve) => child.once("exit", () => resolve()));
    child.kill("SIGTERM");
    await Promise.race([gone, sleep(STOP_MS).then(() => child.kill("SIGKILL"))]);
    await gone;
    this.child = undefined;
  }

  async remove(): Promise<void> {
    await this.stop();
    process.removeListener("exit", this.kill);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get(path: string): Promise<string> {
    return request(`${this.url}${path}`);
  }

  private readonly kill = (): void => {
    this.child?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  };
}

/** Starts those that can be had; says which cannot. */
export async function startPeers(): Promise<Peer[]> {
  const peers: Peer[] = [];
  for (const kind of [PROMETHEUS, VICTORIA_METRICS]) {
    const program = findProgram(kind.program);
    if (!program) {
      console.log(`${kind.name} is skipped: there is no ${kind.program}, and its Debian package cannot be fetched.`);
      continue;
    }
    const folder = mkdtempSync(join(tmpdir(), `dozor-bench-${kind.program}-`));
    mkdirSync(join(folder, "data"));
    const peer = new Peer(kind, program, folder, `127.0.0.1:${await freePort()}`);
    await peer.start();
    peers.push(peer);
  }
  return peers;
}
