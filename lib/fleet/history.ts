// Series of one server for charts: names checked, range bounded, units and intervals from the catalog.
import { AppError } from "../errors";
import { metricCatalog } from "../metrics/catalog";
import { type ReadResult, readSeries } from "../metrics/read";
import type { QueryResult } from "../metrics/schema";
import { findChannelSubject } from "../streams/queries";
import { type Actor, requirePermission } from "../users/permissions";
import { type Subject, subjectByName } from "./queries";
import { type Asker, inTurnOf } from "./read-turns";
import type { Aggregate } from "./schema";
import { parseSelectors } from "./selector";
import { type Intervals, instanceOf, intervalsOf } from "./series";

/** What a chart asks for. Times in ms since the epoch. */
export interface Question {
  server: string;
  /** A channel, as its source calls it, in place of the server. */
  channel?: string | undefined;
  /** Selectors, parted by commas or as a list: `cpu.user`, `databases.commits_per_sec{database="shop"}`. */
  metrics: string | readonly string[];
  /** Default: an hour before `to`. */
  from?: number | undefined;
  /** Default: now. */
  to?: number | undefined;
  /** Steps at most, 1 to 2000; default 300. */
  points?: number | undefined;
  /** Length of the steps, in place of their number; longer where what is stored is coarser. */
  stepSeconds?: number | undefined;
  /** Which arrays are wanted; the others stay empty. Default: avg, min and max. */
  aggregates?: readonly Aggregate[] | undefined;
  asker?: Asker | undefined;
}

type Line = ReadResult["series"][number];

const HOUR_MS = 3_600_000;
/** Nothing was collected before that, and no step ladder reaches further. */
const LONGEST_RANGE_MS = 20 * 366 * 24 * HOUR_MS;
const DEFAULT_POINTS = 300;
const DEFAULT_AGGREGATES: readonly Aggregate[] = ["avg", "min", "max"];

/**
 * Reads series of one server, or of one channel, in equal steps.
 * @throws AppError invalid, telling what is unknown or out of range; forbidden and the like when the actor may not read
 */
export async function queryServer(actor: Actor | null, question: Question): Promise<QueryResult> {
  requirePermission(actor, "servers:read");
  const selectors = parseSelectors(
    typeof question.metrics === "string" ? question.metrics : question.metrics.join(","),
  );
  const unknown = selectors.findIndex(({ metric }) => !metricCatalog().has(metric));
  if (unknown >= 0) throw invalid("metrics", `Metric ${unknown + 1} of the list does not exist`);
  const range = rangeOf(question, Date.now());
  const owner = await ownerOf(actor, question);
  const { id: subject, since } = owner;
  const { aggregates = DEFAULT_AGGREGATES, asker } = question;
  const asked = { subject, selectors, ...range, ...stepsOf(question), aggregates };
  const [read, intervals] = await Promise.all([
    inTurnOf(actor, () => readSeries(asked).catch(tooMuch), asker),
    intervalsOf(owner),
  ]);
  return {
    step_s: read.stepSeconds,
    since,
    ts: read.ts,
    series: read.series.map((line) => toLine(line, aggregates, intervals)),
  };
}

const stepsOf = ({ points = DEFAULT_POINTS, stepSeconds }: Question) =>
  stepSeconds === undefined ? { points } : { stepSeconds };

/**
 * The range of a question, by default the hour before now.
 * @throws AppError invalid when it is empty, turned round or longer than 20 years
 */
export function rangeOf({ from, to }: Pick<Question, "from" | "to">, now: number): { from: number; to: number } {
  const end = to ?? now;
  const start = from ?? end - HOUR_MS;
  if (!(start < end)) throw invalid("from", "The start of the range must be before its end");
  if (end - start > LONGEST_RANGE_MS) throw invalid("from", "The range must not be longer than 20 years");
  return { from: start, to: end };
}

/** The subject of the channel, where one is named, else of the server. @throws AppError invalid, forbidden */
export async function ownerOf(
  actor: Actor,
  { server, channel }: Pick<Question, "server" | "channel">,
): Promise<Subject> {
  if (channel === undefined) return subjectOf(actor, server);
  requirePermission(actor, "streams:read");
  const subject = await findChannelSubject(actor, channel);
  if (!subject) throw invalid("channel", "There is no channel of that id");
  return { ...subject, has_postgres: false, intervals: {} };
}

/** The subject of the named server. @throws AppError invalid */
export async function subjectOf(actor: Actor, name: string): Promise<Subject> {
  const subject = await subjectByName(actor, name);
  if (!subject) throw invalid("server", "There is no server of that name");
  return subject;
}

function toLine(line: Line, wanted: readonly Aggregate[], intervals: Intervals): QueryResult["series"][number] {
  const entry = metricCatalog().get(line.metric);
  if (!entry) throw new Error(`A series was read that the catalog does not hold: ${line.metric}`);
  return {
    metric: line.metric,
    labels: line.labels,
    instance: instanceOf(entry.labels, line.labels),
    unit: entry.unit,
    interval_s: intervals[entry.interval] * entry.every,
    avg: line.avg,
    min: line.min,
    max: line.max,
    ...(wanted.includes("last") && { last: line.last }),
  };
}

/** The store's own limit, said of the parameter that can be changed. */
function tooMuch(error: unknown): never {
  throw error instanceof AppError && error.code === "too_large" ? invalid("metrics", error.message) : error;
}

/** A refusal that names one query parameter. */
export function invalid(path: string, message: string): AppError {
  return new AppError("invalid", message, { fields: [{ path, message }] });
}
