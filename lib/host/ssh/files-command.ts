// Reads files of another machine by commands, where SFTP is off: one command for all that is asked at a time.
import type { FileSystemFacts, ProcessStats } from "../../probe";
import { toFacts } from "../file-systems";
import type { CommandResult, Limits } from "./command";
import { statsByCommand } from "./process-command";
import { FILE_SYSTEM_MS, MOST_FILE_BYTES, type RemoteFiles } from "./remote-files";
import { quoted } from "./space-command";

type Run = (command: string, limits: Limits) => Promise<CommandResult>;

/** With a second file `head` writes a line above each, however many are there. */
const NOTHING = "/dev/null";

export class CommandFiles implements RemoteFiles {
  readonly dear = true;
  answeredAt = performance.now();
  #asked: { path: string; answer: (text: string | null) => void; fail: (error: unknown) => void }[] = [];
  /** File systems that did not answer. */
  readonly #stuck = new Set<string>();

  constructor(private readonly run: Run) {}

  /** What several ask for at the same time becomes one command. */
  read(paths: readonly string[]): Promise<(string | null)[]> {
    if (this.#asked.length === 0 && paths.length > 0) setImmediate(() => void this.#readAsked());
    const one = (path: string) =>
      new Promise<string | null>((answer, fail) => {
        this.#asked.push({ path, answer, fail });
      });
    return Promise.all(paths.map(one));
  }

  once(paths: readonly string[]): Promise<(string | null)[]> {
    return this.read(paths);
  }

  async processStats(most: number): Promise<ProcessStats> {
    return (await statsByCommand((command, limits) => this.#said(command, limits), most)) ?? "refused";
  }

  async list(path: string): Promise<string[]> {
    const { stdout, code } = await this.#said(`env LC_ALL=C ls -A -- ${quoted(path)}`);
    return code === 0 ? stdout.split("\n").slice(0, -1) : [];
  }

  async fileSystem(path: string): Promise<FileSystemFacts | null> {
    if (this.#stuck.has(path)) return null;
    try {
      const command = `env LC_ALL=C stat -f -c '%S %b %f %a %c %d' -- ${quoted(path)}`;
      const { stdout, code } = await this.run(command, { timeoutMs: FILE_SYSTEM_MS });
      return code === 0 ? toFacts(stdout.trim().split(" ").map(Number)) : null;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "timeout")) throw error;
      this.#stuck.add(path);
      return null;
    }
  }

  async pageSize(): Promise<number | null> {
    const { stdout } = await this.#said("env LC_ALL=C getconf PAGESIZE");
    return /^\d{4,7}\n$/.test(stdout) ? Number(stdout) : null;
  }

  async #readAsked(): Promise<void> {
    const asked = this.#asked;
    this.#asked = [];
    try {
      const paths = [...new Set(asked.map(({ path }) => path))];
      const { stdout } = await this.#said(headOf(paths));
      const texts = textsIn(stdout, paths);
      for (const { path, answer } of asked) answer(texts.get(path) ?? null);
    } catch (error) {
      for (const { fail } of asked) fail(error);
    }
  }

  async #said(command: string, limits: Limits = { maxBytes: MOST_FILE_BYTES }): Promise<CommandResult> {
    const result = await this.run(command, limits);
    this.answeredAt = performance.now();
    return result;
  }
}

function headOf(paths: readonly string[]): string {
  return `env LC_ALL=C head -n 1000000 -- ${[NOTHING, ...paths].map(quoted).join(" ")}`;
}

/** Files are told in the order asked for, each below a line with its name; of one that cannot be opened there is none. */
export function textsIn(output: string, paths: readonly string[]): Map<string, string> {
  const found: { path: string; start: number; end: number }[] = [];
  let from = Math.max(0, output.indexOf(lineOf(NOTHING)));
  for (const path of paths) {
    const line = `\n${lineOf(path)}`;
    const end = output.indexOf(line, from);
    if (end < 0) continue;
    const last = found.at(-1);
    if (last) last.end = end;
    found.push({ path, start: end + line.length, end: output.length });
    from = end + line.length - 1;
  }
  return new Map(found.map(({ path, start, end }) => [path, output.slice(start, end)]));
}

const lineOf = (path: string): string => `==> ${path} <==\n`;
