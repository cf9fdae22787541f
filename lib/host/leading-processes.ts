// Which processes and which commands use most. Pure.
import type { ProcessesReading, ProcessReading } from "./readings";

/** Rows of a list of those that use most. */
const MOST_LISTED = 10;
/** Uptime and the clock of the readings are not read at the same moment. */
const SLACK_SECONDS = 0.5;

/** A process with what it has used since the reading before. */
export interface Grown {
  process: ProcessReading;
  /** Of the same process; undefined where it was not there. */
  before: ProcessReading | undefined;
  /** Null where that cannot be known: of the first reading, and of what was overlooked in it. */
  cpuTicks: number | null;
}

interface Since {
  before: ProcessesReading | undefined;
  elapsedSeconds: number;
}

/** Ticks of a process that began since the reading before are all its growth. A number that is used again is another process. */
export function grownOf(now: ProcessesReading, { before, elapsedSeconds }: Since): Grown[] {
  const earlier = new Map(before?.processes?.map((one) => [one.pid, one]));
  return (now.processes ?? []).map((process) => {
    const known = earlier.get(process.pid);
    const same = known?.startTicks === process.startTicks ? known : undefined;
    const isNew = before?.processes != null && ageOf(process, now) <= elapsedSeconds + SLACK_SECONDS;
    const from = same?.cpuTicks ?? (isNew ? 0 : null);
    const grown = from === null ? null : process.cpuTicks - from;
    return { process, before: same, cpuTicks: grown === null || grown < 0 ? null : grown };
  });
}

/** Seconds since a process began; infinite where that makes no sense. */
function ageOf({ startTicks }: ProcessReading, { uptimeSeconds, ticksPerSecond }: ProcessesReading): number {
  const age = uptimeSeconds === null ? -1 : uptimeSeconds - startTicks / ticksPerSecond;
  return age >= -SLACK_SECONDS ? age : Number.POSITIVE_INFINITY;
}

/** Those that used a processor, the busiest first, and those with most memory. */
export function leadersOf(grown: readonly Grown[]): { byCpu: Grown[]; byMemory: Grown[] } {
  return {
    byCpu: highest(grown, ({ cpuTicks }) => cpuTicks ?? 0),
    byMemory: highest(grown, ({ process }) => process.rssBytes),
  };
}

function highest(list: readonly Grown[], of: (one: Grown) => number): Grown[] {
  return list
    .filter((one) => of(one) > 0)
    .sort((a, b) => of(b) - of(a) || a.process.pid - b.process.pid)
    .slice(0, MOST_LISTED);
}

/** All processes of one name. */
export interface Command {
  name: string;
  processes: number;
  /** Null where it is known of none. */
  cpuTicks: number | null;
  rssBytes: number;
}

/** @param nameOf under which name a process is counted */
export function commandsOf(grown: readonly Grown[], nameOf: (process: ProcessReading) => string): Command[] {
  const commands = new Map<string, Command>();
  for (const { process, cpuTicks } of grown) {
    const name = nameOf(process);
    const command = commands.get(name) ?? { name, processes: 0, cpuTicks: null, rssBytes: 0 };
    commands.set(name, command);
    command.processes++;
    command.rssBytes += process.rssBytes;
    if (cpuTicks !== null) command.cpuTicks = (command.cpuTicks ?? 0) + cpuTicks;
  }
  return [...commands.values()];
}

/** Of one processor, and of the memory of all processes: what uses less is told with others, and its history needs no room. */
const LEAST_SHARE = 0.01;

/**
 * Names of the commands that use most of processors or memory.
 * @param ticks of one processor since the reading before
 */
export function leadingNames(commands: readonly Command[], ticks: number): string[] {
  const memory = commands.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  const by = (of: (one: Command) => number, whole: number) =>
    commands
      .filter((one) => of(one) > 0 && of(one) >= whole * LEAST_SHARE)
      .sort((a, b) => of(b) - of(a) || (a.name < b.name ? -1 : 1))
      .slice(0, MOST_LISTED)
      .map(({ name }) => name);
  return [...new Set([...by(({ cpuTicks }) => cpuTicks ?? 0, ticks), ...by(({ rssBytes }) => rssBytes, memory)])];
}
