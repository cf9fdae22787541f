// Starts programs on another machine: perf, each on a channel of its own.
import { PassThrough } from "node:stream";
import type { ClientChannel } from "ssh2";
import { PROGRAM_FOLDERS, type Program, type Programs, type Running } from "../perf/programs";
import type { CommandResult, Limits } from "./command";
import { quoted } from "./space-command";

const STOP_MS = 1_000;
/** So long after its end somebody else may hold a program's output open. */
const LEFT_OPEN_MS = 1_000;
const FOUND = "dozor:perf";
export const FIND_PERF = `env LC_ALL=C sh -c 'echo ${FOUND}; for folder in ${PROGRAM_FOLDERS.join(" ")}; do test -x $folder/perf && readlink -f $folder/perf && head -c 2 $folder/perf && break; done'`;
const ENVIRONMENT = `env LC_ALL=C PATH=${PROGRAM_FOLDERS.join(":")}`;

/** A command that runs, with its channel; its input stays open. */
export interface Command {
  channel: ClientChannel;
  /** Gives it up: it is killed. */
  abandon(): void;
}

/** What is needed of a connection. */
export interface Commands {
  /** Null where none may be run. @throws ProbeError */
  run(command: string, limits: Limits): Promise<CommandResult | null>;
  /** @throws ProbeError */
  start(command: string): Promise<Command>;
}

export function remotePrograms(commands: Commands): Programs {
  return {
    async findPerf() {
      const found = await commands.run(FIND_PERF, { timeoutMs: 5_000 });
      return found ? perfIn(found.stdout) : undefined;
    },
    start: (program, parameters) =>
      running(commands.start(`${ENVIRONMENT} ${[program, ...parameters].map(quoted).join(" ")}`)),
  };
}

/** Undefined where another command ran in the place of ours. */
export function perfIn(output: string): Program | null | undefined {
  const begin = `\n${output}`.indexOf(`\n${FOUND}\n`);
  if (begin < 0) return undefined;
  const [path = "", start = ""] = output.slice(begin + FOUND.length + 1).split("\n");
  return path.startsWith("/") ? { path, isScript: start.startsWith("#!") } : null;
}

function running(opening: Promise<Command>): Running {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = opening.then(
    ({ channel, abandon }) => {
      channel.pipe(stdout);
      channel.stderr.pipe(stderr);
      return new Promise<undefined>((resolve) => {
        let late: NodeJS.Timeout | undefined;
        channel.once("exit", () => {
          late = setTimeout(abandon, LEFT_OPEN_MS);
        });
        channel.once("close", () => {
          clearTimeout(late);
          resolve(undefined);
        });
      });
    },
    (error: Error) => error,
  );
  return {
    stdout,
    stderr,
    ended,
    async stop() {
      const command = await opening.catch(() => null);
      command?.channel.end();
      const late = setTimeout(() => command?.abandon(), STOP_MS);
      await ended;
      clearTimeout(late);
    },
  };
}
