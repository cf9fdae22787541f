// A real Alertmanager with a configuration of `npm run monitoring:render`, on a port and with files of its own.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../lib/embedded/port";
import { callApi } from "./api";
import { startProgram } from "./program";

const PROGRAM = "/usr/bin/prometheus-alertmanager";
const ROOT = path.resolve(import.meta.dirname, "../..");

export interface Rendered {
  code: number;
  /** What it printed, errors too. */
  output: string;
}

/** Runs the command as npm does. @param folder where it writes to; without one, the default */
export function render(environment: Record<string, string>, ...parameters: string[]): Promise<Rendered> {
  const { PATH = "" } = process.env;
  return new Promise((resolve) => {
    const options = { cwd: ROOT, env: { PATH, NODE_ENV: "production" as const, ...environment } };
    execFile(process.execPath, ["scripts/monitoring-render.mjs", ...parameters], options, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, output: stdout + stderr }),
    );
  });
}

export interface AlertmanagerProcess {
  url: string;
  log(): string;
  /** Tells it of alerts, as Prometheus does. */
  tell(...alerts: object[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it with the rendered file of a folder, whose waits are cut to a second. */
export async function startAlertmanager(folder: string): Promise<AlertmanagerProcess> {
  const config = path.join(folder, "quick.yml");
  const text = readFileSync(path.join(folder, "alertmanager.yml"), "utf8");
  const quick = text.replaceAll(/group_(wait|interval): \w+/g, "group_$1: 1s");
  writeFileSync(config, quick, { mode: 0o600 });
  const data = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-alertmanager-")));
  const port = await freePort();
  const listen = [`--web.listen-address=127.0.0.1:${port}`, "--cluster.listen-address="];
  const parameters = [`--config.file=${config}`, `--storage.path=${data}`, ...listen];
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(PROGRAM, parameters, `${url}/-/ready`);
  return {
    url,
    log: program.log,
    async tell(...alerts) {
      const headers = { "content-type": "application/json" };
      const answer = await fetch(`${url}/api/v2/alerts`, { method: "POST", headers, body: JSON.stringify(alerts) });
      if (!answer.ok) throw new Error(`Alertmanager refused: ${answer.status} ${await answer.text()}`);
    },
    async stop() {
      await program.stop();
      rmSync(data, { recursive: true });
    },
  };
}

/** A listener that answers with our API. */
export const ourApi: RequestListener = async (request, response) => {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece);
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    typeof value === "string" ? [[name, value] as [string, string]] : [],
  );
  const { method = "GET", url = "/" } = request;
  const answer = await callApi(url, { method, headers, body: Buffer.concat(pieces) });
  response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
};
