// The exporters whose names Dozor uses, as Debian packages them, and what expositions say.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { freePort } from "../../lib/embedded/port";
import { eventually } from "./live";

export interface Exposition {
  /** By family. */
  types: ReadonlyMap<string, string>;
  /** By family, and in it by the series' labels but `server` (an exporter's own means something else). */
  families: ReadonlyMap<string, ReadonlyMap<string, number>>;
}

const SERIES = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/g;

/** Text 0.0.4, of families whose names begin so. Labels without a value are none, as Prometheus sees it. */
export function parseExposition(text: string, prefix: string): Exposition {
  const types = new Map<string, string>();
  const families = new Map<string, Map<string, number>>();
  for (const line of text.split("\n")) {
    const [, typed, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (typed?.startsWith(prefix) && type) types.set(typed, type);
    const [, name, labels = "", value] = SERIES.exec(line) ?? [];
    if (!name?.startsWith(prefix)) continue;
    const told = [...labels.matchAll(LABEL)].filter(([, label, of]) => label !== "server" && of !== "");
    const key = told.map(([, label, of]) => `${label}="${of}"`).sort();
    const family = families.get(name) ?? new Map<string, number>();
    families.set(name, family.set(key.join(), Number(value === "+Inf" ? "Infinity" : value)));
  }
  return { types, families };
}

export interface Exporter {
  scrape(): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a Debian program that exposes metrics on loopback. */
export async function startExporter(
  name: string,
  options: { args?: string[]; env?: Record<string, string> } = {},
): Promise<Exporter> {
  const program = `/usr/bin/${name}`;
  if (!existsSync(program)) throw new Error(`No ${name} for the tests: apt-get install -y ${name}`);
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(program, [`--web.listen-address=${address}`, ...(options.args ?? [])], {
    env: { NODE_ENV: "test", ...options.env },
    stdio: "ignore",
  });
  const scrape = async () => (await fetch(`http://${address}/metrics`)).text();
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill();
    await once(child, "exit");
  };
  try {
    await eventually(scrape);
  } catch (error) {
    await stop();
    throw error;
  }
  return { scrape, stop };
}

/** What of an exporter's exposition ours tells otherwise. */
export interface Differences {
  /** Series, as `name{labels}`, that only one of the two has. */
  onlyTheirs: string[];
  onlyOurs: string[];
  /** Families that ours calls of another type. */
  types: string[];
  /** Series whose value does not lie between their two, `slack` (a share, and at least so much) aside. */
  values: string[];
}

/** @param around the exporter's expositions before and after ours */
export function compare(
  ours: Exposition,
  [before, after]: readonly [Exposition, Exposition],
  slack: (name: string) => number = () => 0,
): Differences {
  const found: Differences = { onlyTheirs: [], onlyOurs: [], types: [], values: [] };
  for (const [name, series] of ours.families) {
    const [first, last] = [before.families.get(name), after.families.get(name)];
    if (first && ours.types.get(name) !== before.types.get(name))
      found.types.push(`${name}: ${ours.types.get(name)}, theirs ${before.types.get(name)}`);
    for (const [labels, value] of series) {
      const [low, high] = [first?.get(labels), last?.get(labels)];
      if (low === undefined || high === undefined) {
        found.onlyOurs.push(`${name}{${labels}}`);
        continue;
      }
      const room = slack(name) * Math.max(1, Math.abs(low));
      if (value < Math.min(low, high) - room || value > Math.max(low, high) + room)
        found.values.push(`${name}{${labels}} ${value}, theirs ${low} to ${high}`);
    }
    for (const labels of first?.keys() ?? []) if (!series.has(labels)) found.onlyTheirs.push(`${name}{${labels}}`);
  }
  return found;
}
