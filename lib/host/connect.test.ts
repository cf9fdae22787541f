import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { cpus, freemem, loadavg, networkInterfaces, totalmem } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HostProbe, HostReader, Reading } from "../probe";
import { openLocalHost } from "./connect";
import { hostProbes } from "./probes/index";
import { type Snapshot, toSnapshot } from "./snapshot";

const LINUX = process.platform === "linux";
/** The only values that may lack without a reason: they depend on what happened and on the interface. */
const MAY_LACK = new Set(["read_latency_ms", "write_latency_ms", "speed_mbps", "up", "frequency_mhz"]);

interface Sampled {
  readings: Map<string, Reading>;
  snapshots: Record<string, Snapshot>;
}

/** Two samples of every probe, a second apart, with a little work between them. */
async function sample(host: HostReader): Promise<Sampled> {
  const sampled: Sampled = { readings: new Map(), snapshots: {} };
  const first = new Map<string, { raw: unknown; at: number }>();
  for (const probe of hostProbes) first.set(probe.name, { raw: await probe.read(host), at: performance.now() });
  await sleep(1000);
  for (const probe of hostProbes) {
    const before = first.get(probe.name);
    const raw = await probe.read(host);
    const reading = probe.rows(raw, before?.raw, (performance.now() - (before?.at ?? 0)) / 1000);
    sampled.readings.set(probe.name, reading);
    sampled.snapshots[probe.name] = toSnapshot(probe, reading.rows, reading.unavailable);
  }
  return sampled;
}

/** Keys on every level, with names of things and indexes left out. */
function shape(value: unknown, place = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [place];
  return Object.entries(value).flatMap(([key, inner]) => {
    if (key === "unavailable") return [];
    const isMap = /^(interfaces|devices|partitions|commands)$/.test(place);
    return shape(inner, isMap ? `${place}.*` : `${place}${place && "."}${key}`);
  });
}

/** What stands in a snapshot, e.g. `cpu`, `load_avg`, `0`. */
function valueAt(kind: HostReader["kind"], path: string[]): unknown {
  const snapshots: unknown = sampled.get(kind)?.snapshots;
  return path.reduce((branch, key) => (branch as Record<string, unknown> | undefined)?.[key], snapshots);
}

const sampled = new Map<HostReader["kind"], Sampled>();
const server: Server = createServer();
const clients: Socket[] = [];

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  for (const kind of LINUX ? (["linux", "library"] as const) : (["library"] as const)) {
    const host = openLocalHost(kind);
    sampled.set(kind, await sample(host));
    await host.close();
  }
});
afterAll(() => {
  for (const client of clients) client.destroy();
  server.close();
});

describe.each(LINUX ? (["linux", "library"] as const) : (["library"] as const))("local host as %s", (kind) => {
  const at = (...path: string[]) => valueAt(kind, path);
  const reading = (probe: HostProbe) => sampled.get(kind)?.readings.get(probe.name) ?? { rows: [] };

  it.each(hostProbes.map((one) => [one.name, one] as const))("%s keeps what it declares", (_name, probe) => {
    const { rows, unavailable = {} } = reading(probe);
    // Nobody has switched perf on here.
    if (probe.name === "perf_events")
      return expect({ rows, unavailable }).toEqual({ rows: [], unavailable: { events: expect.any(String) } });
    expect(rows.length).toBeGreaterThan(0);
    const told = new Set<string>();
    for (const { labels, values } of rows) {
      expect(probe.labels).toEqual(expect.arrayContaining(Object.keys(labels)));
      expect(Object.keys(probe.metrics)).toEqual(expect.arrayContaining(Object.keys(values)));
      for (const [metric, value] of Object.entries(values)) {
        if (value === null) continue;
        expect(Number.isFinite(value), metric).toBe(true);
        told.add(metric);
        const isShare = probe.metrics[metric]?.unit === "percent" && metric !== "cpu_percent";
        if (isShare) expect(value).toBeLessThanOrEqual(100);
        expect(value, metric).toBeGreaterThanOrEqual(0);
      }
    }
    const identities = rows.map(({ labels, values }) => JSON.stringify([labels, Object.keys(values)]));
    expect(new Set(identities).size).toBe(identities.length);
    const silent = Object.keys(probe.metrics).filter(
      (metric) => !told.has(metric) && !(metric in unavailable) && !MAY_LACK.has(metric),
    );
    expect(silent, "neither a value nor a reason").toEqual([]);
  });

  it("agrees with Node about memory, load and processors", () => {
    expect(at("memory", "total_bytes")).toBe(totalmem());
    expect(Math.abs(Number(at("memory", "available_bytes")) - freemem()) / totalmem()).toBeLessThan(0.5);
    expect(at("memory", "usage_percent")).toBeGreaterThan(0);
    expect(Math.abs(Number(at("cpu", "load_avg", "0")) - (loadavg()[0] ?? 0))).toBeLessThan(1);
    expect(at("cpu", "core_count")).toBe(cpus().length);
    expect(at("cpu", "usage_percent")).toBeGreaterThan(0);
    const shares = ["user", "system", "nice", "idle"].map((name) => Number(at("cpu", name)));
    expect(shares.reduce((sum, share) => sum + share)).toBeLessThanOrEqual(100.1);
  });

  it("names this machine's interfaces and sees the listening socket", () => {
    const interfaces = Object.keys(at("network", "interfaces") ?? {});
    expect(interfaces).toEqual(expect.arrayContaining(Object.keys(networkInterfaces())));
    expect(at("network", "connections", "tcp", "listen")).toBeGreaterThanOrEqual(1);
  });

  it.runIf(LINUX)("agrees with df about the root file system", () => {
    const line = execFileSync("df", ["-P", "-B1", "/"], { encoding: "utf8" }).split("\n")[1] ?? "";
    const [, size, used, available] = line.split(/\s+/).map(Number);
    const bytes = (name: string) => Number(at("disk", "partitions", "/", `${name}_bytes`));
    expect(bytes("total")).toBe(size);
    expect(Math.abs(bytes("used") - (used ?? 0))).toBeLessThan(2 ** 30);
    expect(Math.abs(bytes("available") - (available ?? 0))).toBeLessThan(2 ** 30);
  });
});

describe.runIf(LINUX)("both ways to read a machine", () => {
  it.each(hostProbes.map((one) => one.name))("give %s the same shape", (name) => {
    // Of processes the library tells nothing, which is an empty map.
    const shapeOf = (kind: HostReader["kind"]) =>
      new Set(shape(valueAt(kind, [name])).filter((place) => !place.startsWith("commands.")));
    expect(shapeOf("library")).toEqual(shapeOf("linux"));
  });

  it("agree about counters", () => {
    const received = (kind: HostReader["kind"]) => Number(valueAt(kind, ["network", "totals", "bytes_recv"]));
    expect(received("library")).toBeGreaterThanOrEqual(received("linux"));
    expect(received("library")).toBeLessThan(received("linux") + 2 ** 28);
    const written = (kind: HostReader["kind"], disk: string) =>
      Number(valueAt(kind, ["disk", "devices", disk, "write_count"]));
    const disks = Object.keys(valueAt("linux", ["disk", "devices"]) ?? {});
    const all = disks.reduce((sum, disk) => sum + written("linux", disk), 0);
    expect(written("library", "all")).toBeGreaterThanOrEqual(all);
    expect(written("library", "all")).toBeLessThan(all * 1.1 + 10_000);
  });
});

describe.runIf(LINUX)("the Linux way", () => {
  it("sees connections in their states, as /proc/net/tcp has them", async () => {
    const host = openLocalHost("linux");
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    for (let count = 0; count < 20; count++) clients.push(connect(port, "127.0.0.1"));
    await Promise.all(clients.map((client) => new Promise((resolve) => client.once("connect", resolve))));
    const network = hostProbes.find((one) => one.name === "network");
    const { rows = [] } = network?.rows(await network.read(host), undefined, 0) ?? {};
    const told = rows.find((row) => row.labels.state === "established")?.values.tcp_sockets;
    const lines = ["tcp", "tcp6"].flatMap((name) => readFileSync(`/proc/net/${name}`, "utf8").split("\n").slice(1));
    const truth = lines.filter((line) => line.trim().split(/\s+/)[3] === "01").length;
    expect(told).toBeGreaterThanOrEqual(20);
    expect(Math.abs(Number(told) - truth)).toBeLessThan(40);
    await host.close();
  });
});
