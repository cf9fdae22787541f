// Blocks of the documentation in a shell, as their readers type them.
import { spawnSync } from "node:child_process";

const BETWEEN = "--- next ---";
/** Some calls answer with whole pages. */
const LONGEST_TOLD = 2_000;

/** Of the reader: variables beside those of a bare shell, and the folder to be in. */
export interface Reader {
  env?: Record<string, string>;
  folder: string;
}

/**
 * Runs blocks one after another in one shell, so that a variable of the first stands for the others. A refused call fails.
 * @returns what each printed
 * @throws Error with everything that was printed
 */
export function shell(blocks: readonly string[], { env = {}, folder }: Reader): string[] {
  const script = [
    "set -euo pipefail",
    'curl() { command curl --fail-with-body "$@"; }',
    blocks.join(`\necho; echo '${BETWEEN}'\n`),
  ].join("\n");
  const bare = { PATH: process.env.PATH ?? "", HOME: process.env.HOME ?? "", LC_ALL: "C.UTF-8", INIT_CWD: folder };
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script], {
    cwd: folder,
    env: { ...bare, ...env } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    encoding: "utf8",
    timeout: 100_000,
  });
  if (status !== 0) {
    throw new Error(`${blocks.join("\n")}\nended with ${status}:\n${stdout.slice(-LONGEST_TOLD)}\n${stderr}`);
  }
  return stdout.split(BETWEEN).map((text) => text.trim());
}
