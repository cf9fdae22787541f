// `perf stat` as a child that counts until it is stopped, and tells of each interval.
import { type ChildProcess, spawn } from "node:child_process";
import type { PerfEvent } from "./events";
import { type PerfInterval, PerfIntervals, parseCountLine } from "./output";
import { PROGRAM_FOLDERS } from "./situation";

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

/** Whatever locale this machine has, numbers are to have a point; and nothing of our own environment is handed on. */
const ENVIRONMENT = { LC_ALL: "C", PATH: PROGRAM_FOLDERS.join(":") } as unknown as NodeJS.ProcessEnv;
const MOST_COMPLAINT = 4_096;
/** More than any line of perf; what is longer is thrown away. */
const MOST_LINE = 4_096;
const STOP_MS = 1_000;
const TRIAL_MS = 5_000;
/** So long after its end somebody else may hold a program's output open. */
const LEFT_OPEN_MS = 1_000;

/** Starts to count. `cat` ends with our end of its pipe, and perf with it: so neither outlives this process. */
export function startPerf(perf: string, { cores, intervalMs, events }: PerfRun, listener: Listener): PerfChild {
  const where = cores === "all" ? ["-a"] : ["-C", cores];
  const parameters = ["-x", ",", "--log-fd", "1", "-I", String(intervalMs), ...where, "-e", events.join(",")];
  const child = spawn(perf, ["stat", ...parameters, "--", "cat"], {
    stdio: ["pipe", "pipe", "pipe"],
    env: ENVIRONMENT,
  });
  const intervals = new PerfIntervals();
  const complaint = textOf(child.stderr, MOST_COMPLAINT);
  eachLine(child.stdout, (line) => {
    const count = parseCountLine(line);
    for (const interval of count ? intervals.add(count) : []) listener.interval(interval);
  });
  const gone = endOf(child).then((error) => listener.ended(error?.message ?? complaint()));
  child.stdin.on("error", () => {});
  return {
    async stop() {
      child.stdin.end();
      child.kill("SIGTERM");
      const kill = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
      await gone;
      clearTimeout(kill);
    },
  };
}

/** Which of the events this perf has a name for: each is tried alone. */
export async function knownEvents(perf: string, events: readonly PerfEvent[]): Promise<PerfEvent[]> {
  const known: PerfEvent[] = [];
  for (const event of events) if (!isUnknown(await complaintOn(perf, event))) known.push(event);
  return known;
}

/** Whether perf says that it has no event of a name that it was given. */
export function isUnknown(complaint: string): boolean {
  return /event syntax error|unknown event|invalid or unsupported event|bad event/i.test(complaint);
}

async function complaintOn(perf: string, event: PerfEvent): Promise<string> {
  const child = spawn(perf, ["stat", "-x", ",", "--log-fd", "1", "-e", event, "--", "true"], {
    stdio: ["ignore", "ignore", "pipe"],
    env: ENVIRONMENT,
    timeout: TRIAL_MS,
    killSignal: "SIGKILL",
  });
  const complaint = textOf(child.stderr, MOST_COMPLAINT);
  await endOf(child);
  return complaint();
}

/** When the process has ended and its output is read, or why it never began. */
function endOf(child: ChildProcess): Promise<Error | undefined> {
  return new Promise((resolve) => {
    child.once("error", (error) => {
      if (child.pid === undefined) resolve(error);
    });
    child.once("exit", () => {
      // A killed perf leaves `cat` behind, which holds the pipes until its own input ends.
      child.stdin?.destroy();
      const late = setTimeout(resolve, LEFT_OPEN_MS, undefined);
      child.once("close", () => {
        clearTimeout(late);
        resolve(undefined);
      });
    });
  });
}

function textOf(stream: NodeJS.ReadableStream, most: number): () => string {
  let text = "";
  stream.on("data", (data: Buffer) => {
    if (text.length < most) text += data.toString("utf8").slice(0, most - text.length);
  });
  return () => text;
}

function eachLine(stream: NodeJS.ReadableStream, visit: (line: string) => void): void {
  let rest = "";
  stream.on("data", (data: Buffer) => {
    const lines = (rest + data.toString("latin1")).split("\n");
    rest = (lines.pop() ?? "").slice(0, MOST_LINE);
    for (const line of lines) visit(line);
  });
}
