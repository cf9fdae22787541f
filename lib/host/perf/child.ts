// `perf stat` as a program that counts until it is stopped, and tells of each interval.
import type { Readable } from "node:stream";
import { setTimeout as wait } from "node:timers/promises";
import type { PerfEvent } from "./events";
import { type PerfInterval, PerfIntervals, parseCountLine } from "./output";
import type { Programs, Running } from "./programs";

export interface PerfRun {
  /** `all`, or a list for perf's `-C`. */
  cores: string;
  intervalMs: number;
  events: readonly PerfEvent[];
}

interface Listener {
  interval(interval: PerfInterval): void;
  /** It ended, or never began. @param complaint what it wrote to its standard error output */
  ended(complaint: string): void;
}

export interface PerfChild {
  /** Ends it; resolves when it is gone. */
  stop(): Promise<void>;
}

/** A perf that was found, and what starts it. */
export interface FoundPerf {
  programs: Programs;
  path: string;
}

const MOST_COMPLAINT = 4_096;
/** More than any line of perf; what is longer is thrown away. */
const MOST_LINE = 4_096;
const TRIAL_MS = 5_000;

/** Starts to count. `cat` ends with our end of its pipe, and perf with it: so neither outlives this process. */
export function startPerf({ programs, path }: FoundPerf, run: PerfRun, listener: Listener): PerfChild {
  const where = run.cores === "all" ? ["-a"] : ["-C", run.cores];
  const parameters = ["-x", ",", "--log-fd", "1", "-I", String(run.intervalMs), ...where, "-e", run.events.join(",")];
  const child = programs.start(path, ["stat", ...parameters, "--", "cat"]);
  const intervals = new PerfIntervals();
  const complaint = textOf(child.stderr);
  eachLine(child.stdout, (line) => {
    const count = parseCountLine(line);
    for (const interval of count ? intervals.add(count) : []) listener.interval(interval);
  });
  const gone = child.ended.then((error) => listener.ended(error?.message ?? complaint()));
  return {
    async stop() {
      await child.stop();
      await gone;
    },
  };
}

/** Which of the events this perf has a name for: each is tried alone. */
export async function knownEvents(perf: FoundPerf, events: readonly PerfEvent[]): Promise<PerfEvent[]> {
  const known: PerfEvent[] = [];
  for (const event of events) if (!isUnknown(await complaintOn(perf, event))) known.push(event);
  return known;
}

/** Whether perf says that it has no event of a name that it was given. */
export function isUnknown(complaint: string): boolean {
  return /event syntax error|unknown event|invalid or unsupported event|bad event/i.test(complaint);
}

async function complaintOn({ programs, path }: FoundPerf, event: PerfEvent): Promise<string> {
  const trial = programs.start(path, ["stat", "-x", ",", "--log-fd", "1", "-e", event, "--", "true"]);
  const complaint = textOf(trial.stderr);
  trial.stdout.resume();
  await endedWithin(trial, TRIAL_MS);
  return complaint();
}

async function endedWithin({ ended, stop }: Running, ms: number): Promise<void> {
  const over = new AbortController();
  const late = wait(ms, "late" as const, { signal: over.signal }).catch(() => undefined);
  if ((await Promise.race([ended, late])) === "late") await stop();
  over.abort();
}

function textOf(stream: Readable): () => string {
  let text = "";
  stream.on("data", (data: Buffer) => {
    if (text.length < MOST_COMPLAINT) text += data.toString("utf8").slice(0, MOST_COMPLAINT - text.length);
  });
  return () => text;
}

function eachLine(stream: Readable, visit: (line: string) => void): void {
  let rest = "";
  stream.on("data", (data: Buffer) => {
    const lines = (rest + data.toString("latin1")).split("\n");
    rest = (lines.pop() ?? "").slice(0, MOST_LINE);
    for (const line of lines) visit(line);
  });
}
