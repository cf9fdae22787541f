// A program of another package that a test runs: it ends with the test, and is there when it answers.
import { spawn } from "node:child_process";
import { once } from "node:events";

const START_MS = 20_000;

export interface Program {
  /** What it has said so far. */
  log(): string;
  /** Ends it at once. */
  stop(): Promise<void>;
}

/** Starts it. @param readyUrl what it answers with success when it is ready @throws Error with what it said */
export async function startProgram(program: string, parameters: readonly string[], readyUrl: string): Promise<Program> {
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "pipe"] });
  let log = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => (log += piece));
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  const isReady = () =>
    fetch(readyUrl).then(
      ({ ok }) => ok,
      () => false,
    );
  for (const deadline = Date.now() + START_MS; !(await isReady()); ) {
    if (child.exitCode !== null) throw new Error(`${program} did not start: ${log}`);
    if (Date.now() > deadline) throw new Error(`${program} does not answer: ${log}`);
    await new Promise((done) => setTimeout(done, 50));
  }
  return {
    log: () => log,
    async stop() {
      process.removeListener("exit", kill);
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
