// Reads what the processes of another machine have used by one command: where SFTP is off, and where there are too many for it.
import type { ProcessStats } from "../../probe";
import type { CommandResult, Limits } from "./command";
import { MOST_FILE_BYTES } from "./remote-files";

const MANY = "dozor:many";
const HEADING = /(?:^|\n)==> \/proc\/(\d{1,10})\/stat <==\n/g;

/** A name has 15 characters and so cannot hold such a heading, whatever a process calls itself. */
export const STATS_COMMAND = (most: number) =>
  `env LC_ALL=C sh -c 'set -- /proc/[0-9]*/stat; test $# -gt ${most} && echo ${MANY} $# || head -n 1000000 -- /dev/null "$@"'`;

/** @returns null where another command was run in the place of ours */
export async function statsByCommand(
  run: (command: string, limits: Limits) => Promise<CommandResult>,
  most: number,
): Promise<ProcessStats | null> {
  const { stdout } = await run(STATS_COMMAND(most), { maxBytes: MOST_FILE_BYTES });
  return statsIn(stdout);
}

/** What `head` wrote, each file below its heading; null where it is something else. */
export function statsIn(output: string): ProcessStats | null {
  if (new RegExp(`(?:^|\\n)${MANY} \\d+\\n`).test(output)) return "too many";
  const headings = [...output.matchAll(HEADING)];
  if (headings.length === 0) return null;
  return new Map(
    headings.map((heading, index) => {
      const next = headings[index + 1]?.index ?? output.length;
      return [heading[1] ?? "", output.slice(heading.index + heading[0].length, next)];
    }),
  );
}
