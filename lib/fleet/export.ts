// History of any length as one stream: read window by window while the client takes it, and no faster.
import { appendAudit } from "../audit/append";
import { pool, prisma } from "../db";
import { hostProbes } from "../host/probes";
import { metricCatalog } from "../metrics/catalog";
import { findSeries, type StoredSeries } from "../metrics/fetch";
import type { Selector } from "../metrics/read";
import { rawWindows, stepWindows } from "../metrics/windows";
import { type Actor, requirePermission } from "../users/permissions";
import { takeTurn } from "./export-limit";
import { exportStream } from "./export-stream";
import { csvWriter, type ExportHead, jsonWriter } from "./export-text";
import { invalid, ownerOf, rangeOf } from "./history";
import type { Subject } from "./queries";
import type { Aggregate } from "./schema";
import { describeSeries, intervalsOf, knownSelectors } from "./series";
import { selectorsOf } from "./snapshot-points";
import { STEP_SECONDS } from "./snapshots";

export const EXPORT_INTERVALS = ["raw", "5s", "1m", "5m", "1h"] as const;
export const EXPORT_FORMATS = ["csv", "json"] as const;

/** Times in ms since the epoch. */
export interface ExportQuestion {
  server: string;
  /** A channel, as its source calls it, in place of the server. */
  channel?: string | undefined;
  /** Selectors, parted by commas; or all metrics of a probe by `metricType`. */
  metrics?: string | undefined;
  metricType?: string | undefined;
  from?: number | undefined;
  to?: number | undefined;
  interval: (typeof EXPORT_INTERVALS)[number];
  /** Of steps; default: avg of gauges and rates, last of cumulative values. */
  aggregate?: Aggregate | undefined;
  format: (typeof EXPORT_FORMATS)[number];
}

export interface Export {
  fileName: string;
  contentType: string;
  /** Fails in the middle rather than end early: what ends well is complete. */
  body: ReadableStream<Uint8Array>;
}

/** More columns than this no spreadsheet shows, and a window of one hour would not be small any more. */
const MOST_SERIES = 2_000;
const FORMATS = {
  csv: { writer: csvWriter, contentType: "text/csv; charset=utf-8" },
  json: { writer: jsonWriter, contentType: "application/json" },
} as const;

/**
 * Starts an export of series of one server, or of one channel. Its series are those that exist when it starts.
 * @throws AppError invalid, naming what is unknown or out of range; too_many_requests when the actor has two under way
 */
export async function exportHistory(actor: Actor | null, question: ExportQuestion): Promise<Export> {
  requirePermission(actor, "servers:read");
  const selectors = selectorsIn(question);
  const { from, to } = rangeOf(question, Date.now());
  const owner = await ownerOf(actor, question);
  const { id: subject } = owner;
  const series = await findSeries(pool(), subject, selectors);
  if (series.length > MOST_SERIES) {
    throw invalid("metrics", `${series.length} series are more than ${MOST_SERIES}, the most of one export`);
  }
  const { interval, format } = question;
  const aggregates = series.map(({ metric }) => aggregateOf(metric, question.aggregate));
  const head = await headOf(question, { owner, from, to, series, aggregates });
  const { writer, contentType } = FORMATS[format];
  const query = { subject, selectors, series, from, to };
  const windows =
    interval === "raw" ? rawWindows(query) : stepWindows(query, { stepSeconds: STEP_SECONDS[interval], aggregates });
  const release = takeTurn(actor);
  await noteExport(actor, head, { format, series: series.length }).catch((error: unknown) => {
    release();
    throw error;
  });
  const body = exportStream({ writer: writer(head), windows, release });
  return { fileName: fileName(head, format), contentType, body };
}

/** Who took which history along is noted before its first byte leaves. */
async function noteExport(
  actor: Actor,
  { server, channel, start_time, end_time, interval }: ExportHead,
  details: { format: string; series: number },
): Promise<void> {
  const ownerName = channel ?? server ?? "";
  await prisma().$transaction((transaction) =>
    appendAudit(transaction, actor, {
      eventType: "export",
      target: { kind: "history", id: ownerName, name: ownerName },
      details: { start_time, end_time, interval, ...details },
    }),
  );
}

function selectorsIn({ metrics, metricType }: ExportQuestion): readonly Selector[] {
  if (metrics !== undefined) return knownSelectors(metrics);
  const probe = hostProbes.find(({ name }) => name === metricType);
  if (!probe) throw invalid("metric_type", `One of ${hostProbes.map(({ name }) => name).join(", ")}`);
  return selectorsOf(probe);
}

const aggregateOf = (metric: string, asked: Aggregate | undefined): Aggregate =>
  asked ?? (metricCatalog().get(metric)?.kind === "counter" ? "last" : "avg");

interface Asked {
  owner: Subject;
  from: number;
  to: number;
  series: readonly StoredSeries[];
  aggregates: readonly Aggregate[];
}

async function headOf({ server, channel, interval }: ExportQuestion, asked: Asked): Promise<ExportHead> {
  const intervals = await intervalsOf(asked.owner);
  return {
    ...(channel === undefined ? { server } : { channel }),
    start_time: new Date(asked.from).toISOString(),
    end_time: new Date(asked.to).toISOString(),
    interval,
    series: asked.series.map((one, k) => ({
      ...describeSeries(one, intervals),
      aggregate: interval === "raw" ? null : (asked.aggregates[k] ?? null),
    })),
  };
}

/** `dozor-local-20260115T100000Z-20260116T100000Z.csv`; what a server or channel is called may hold anything, a file's name may not. */
function fileName({ server, channel, start_time, end_time }: ExportHead, format: string): string {
  const moment = (iso: string) => iso.replace(/\.\d+/, "").replace(/[-:]/g, "");
  const name = (channel ?? server ?? "").replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^[._]+/, "");
  return `dozor-${name}-${moment(start_time)}-${moment(end_time)}.${format}`;
}
