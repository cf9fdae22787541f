// Dozor as a serverless host runs it: `npm run migrate`, then plain `next start`, without server.ts.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { freePort, until } from "./app";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");

type Variables = Record<string, string>;

const bare = (variables: Variables): NodeJS.ProcessEnv => ({
  ...{ NODE_ENV: "production", PATH: process.env.PATH, HOME: process.env.HOME, NEXT_TELEMETRY_DISABLED: "1" },
  ...variables,
});

/** @returns what it printed */
export async function migrated(variables: Variables): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, ["scripts/command.mjs", "migrate"], {
    ...{ cwd: ROOT, env: bare(variables), timeout: 60_000 },
  });
  return stdout;
}

export interface PlainNext {
  url: string;
  child: ChildProcess;
  output(): string;
  stop(): Promise<void>;
}

export async function startPlainNext(variables: Variables): Promise<PlainNext> {
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const child = spawn(
    process.execPath,
    ["node_modules/next/dist/bin/next", "start", "-p", String(port), "-H", "127.0.0.1"],
    { cwd: ROOT, env: bare(variables), stdio: ["ignore", "pipe", "pipe"] },
  );
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  const ended = new Promise<void>((done) => child.once("exit", () => done()));
  await until("Next to answer", async () => {
    if (child.exitCode !== null) throw new Error(`Next ended at the start:\n${text}`);
    return (await fetch(`${url}/healthz`).catch(() => undefined))?.ok || undefined;
  });
  return {
    ...{ url, child },
    output: () => text,
    async stop() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
