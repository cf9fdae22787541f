// Every metric there can be, derived from what the probes declare.
import { hostProbes } from "../host/probes";
import { postgresProbes, storageProbes } from "../postgres/probes";
import type { Facet, IntervalSetting, MetricDefinition, Probe, Unit } from "../probe";
import { COST_LABELS, COST_PROBE, costMetrics } from "./cost";
import { selfMetrics } from "./self";
import { CHANNEL_PROBE, CHANNELS_PROBE, channelMetrics, channelsMetrics } from "./streams";

export interface CatalogEntry {
  /** `cpu.usage_percent` */
  metric: string;
  probe: string;
  /** Without the probe's name. */
  name: string;
  facet: Facet | "self" | "stream";
  kind: "gauge" | "counter";
  unit: Unit;
  help: string;
  /** Where a host metric stands in its probe's snapshot. */
  place?: string;
  /** Label names its series may carry. */
  labels: readonly string[];
  /** Its series get a sample every `every` times this setting's seconds. */
  interval: IntervalSetting;
  every: number;
}

type Source = Pick<CatalogEntry, "probe" | "facet" | "labels" | "interval" | "every">;

const PROBES: readonly Probe[] = [...hostProbes, ...postgresProbes, ...storageProbes];
const FACETS: ReadonlyMap<string, Facet> = new Map([
  ...PROBES.map(({ name, facet }) => [name, facet] as const),
  [COST_PROBE, "cost"] as const,
]);

/** Through what the probe of that name asks; undefined where there is none. */
export function facetOf(probe: string): Facet | undefined {
  return FACETS.get(probe);
}

/** Names of the probes of a facet. */
export function probesOf(facet: Facet): string[] {
  return [...FACETS].filter((entry) => entry[1] === facet).map(([name]) => name);
}

let catalog: ReadonlyMap<string, CatalogEntry> | undefined;

/** All metrics by full name: gauges, rates of counters, and the counters that are series themselves. */
export function metricCatalog(): ReadonlyMap<string, CatalogEntry> {
  catalog ??= new Map(
    [...PROBES.flatMap(ofProbe), ...ofCost(), ...ofSelf(), ...ofStreams()].map((entry) => [entry.metric, entry]),
  );
  return catalog;
}

function ofProbe({ name, facet, labels, interval, every = 1, metrics }: Probe): CatalogEntry[] {
  return seriesOf({ probe: name, facet, labels, interval, every }, metrics);
}

function ofCost(): CatalogEntry[] {
  return seriesOf(
    { probe: COST_PROBE, facet: "cost", labels: COST_LABELS, interval: "collect_interval", every: 4 },
    costMetrics,
  );
}

function ofSelf(): CatalogEntry[] {
  return seriesOf(
    { probe: "self", facet: "self", labels: [], interval: "sampling_interval_seconds", every: 1 },
    selfMetrics,
  );
}

function ofStreams(): CatalogEntry[] {
  const source = { labels: [], interval: "sampling_interval_seconds", every: 1 } as const;
  return [
    ...seriesOf({ probe: CHANNEL_PROBE, facet: "stream", ...source }, channelMetrics),
    ...seriesOf({ probe: CHANNELS_PROBE, facet: "self", ...source }, channelsMetrics),
  ];
}

function seriesOf(source: Source, metrics: Readonly<Record<string, MetricDefinition>>): CatalogEntry[] {
  return Object.entries(metrics).flatMap(([name, { kind, unit, help, rate, stored, place }]): CatalogEntry[] => {
    const own = kind === "gauge" || stored ? [{ name, kind, unit, help, place }] : [];
    const growth = rate ? [{ ...rate, kind: "gauge" as const }] : [];
    return [...own, ...growth].map((entry) => ({ metric: `${source.probe}.${entry.name}`, ...source, ...entry }));
  });
}
