// Commands of `npm run` as the product bundles them, run as processes.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";

export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

export interface Command {
  /** Starts it; `ended` resolves with what it said. */
  start(variables: Record<string, string>, ...parameters: string[]): { child: ChildProcess; ended: Promise<Ended> };
  run(variables: Record<string, string>, ...parameters: string[]): Promise<Ended>;
}

/** Bundles scripts/NAME.ts for this test file. */
export function bundleCommand(name: string): Command {
  const file = path.resolve(`dist/lifecycle/${name}-${process.pid}.mjs`);
  buildSync({
    entryPoints: [`scripts/${name}.ts`],
    outfile: file,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  process.once("exit", () => rmSync(file, { force: true }));
  const start: Command["start"] = (variables, ...parameters) => {
    const child = spawn(process.execPath, [file, ...parameters], {
      env: {
        PATH: process.env.PATH ?? "",
        LOG_LEVEL: "warn",
        ...variables,
      } as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (data) => (stdout += data));
    child.stderr?.on("data", (data) => (stderr += data));
    const ended = new Promise<Ended>((resolve) => child.once("close", (status) => resolve({ status, stdout, stderr })));
    return { child, ended };
  };
  return { start, run: (variables, ...parameters) => start(variables, ...parameters).ended };
}
