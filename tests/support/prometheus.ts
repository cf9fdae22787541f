// A real Prometheus with the files of config/monitoring/prometheus, on a port and with data of its own, and quicker.
import { cpSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { freePort } from "../../lib/embedded/port";
import { startProgram } from "./program";

const PROGRAM = "/usr/bin/prometheus";
export const PROMETHEUS_FOLDER = path.resolve(import.meta.dirname, "../../config/monitoring/prometheus");

/** One series of an answer: its labels, and the newest value as a text. */
export interface Found {
  metric: Readonly<Record<string, string>>;
  value: [ts: number, value: string];
}

export interface Prometheus {
  url: string;
  /** What it has logged so far. */
  log(): string;
  /** What its API says under `/api/v1/`. @throws Error with Prometheus' own words */
  ask<T>(path: string): Promise<T>;
  /** What an expression gives now. @throws Error with Prometheus' own words */
  query(expression: string): Promise<Found[]>;
  stop(): Promise<void>;
}

export interface Beside {
  /** `host:port` of Dozor. */
  dozor: string;
  token: string;
  alertmanager?: string;
}

/** Replaces what stands there; what does not stand there any more fails the test. */
function changed(file: string, ...replacements: [from: RegExp, to: string][]): void {
  let text = readFileSync(file, "utf8");
  for (const [from, to] of replacements) {
    if (text.search(from) < 0) throw new Error(`${path.basename(file)} says nothing like ${from}`);
    text = text.replace(from, to);
  }
  writeFileSync(file, text);
}

/** A copy of the files with the token that they want. @returns the folder; its owner removes it */
export function placeFiles(token: string): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "dozor-prometheus-")));
  cpSync(PROMETHEUS_FOLDER, folder, { recursive: true });
  writeFileSync(path.join(folder, "dozor.token"), `${token}\n`, { mode: 0o600 });
  return folder;
}

/** Starts it beside a Dozor; it scrapes every two seconds, and alerts do not wait. */
export async function startPrometheus({ dozor, token, alertmanager }: Beside): Promise<Prometheus> {
  const folder = placeFiles(token);
  const file = (name: string) => path.join(folder, name);
  changed(
    file("prometheus.yml"),
    [/scrape_interval: 15s/, "scrape_interval: 2s"],
    [/scrape_timeout: 10s/, "scrape_timeout: 2s"],
    [/evaluation_interval: 15s/, "evaluation_interval: 1s"],
  );
  changed(file("alerts.yml"), [/^( +for): .+$/gm, "$1: 0s"]);
  for (const name of ["instances", "fleet"]) changed(file(`targets/${name}.yml`), [/127\.0\.0\.1:3000/, dozor]);
  const alertmanagers = alertmanager ? `- targets: ["${alertmanager}"]\n` : "[]\n";
  writeFileSync(file("targets/alertmanagers.yml"), alertmanagers);
  const port = await freePort();
  const parameters = [
    `--config.file=${file("prometheus.yml")}`,
    `--storage.tsdb.path=${file("data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ];
  const url = `http://127.0.0.1:${port}`;
  const program = await startProgram(PROGRAM, parameters, `${url}/-/ready`);
  const ask = async <T>(what: string): Promise<T> => {
    const answer = await (await fetch(`${url}/api/v1/${what}`)).json();
    if (answer.status !== "success") throw new Error(answer.error);
    return answer.data as T;
  };
  return {
    url,
    log: program.log,
    ask,
    async query(expression) {
      const { resultType, result } = await ask<{ resultType: string; result: Found[] }>(
        `query?query=${encodeURIComponent(expression)}`,
      );
      if (resultType !== "vector") throw new Error(`${expression} gives no series but a ${resultType}`);
      return result;
    },
    async stop() {
      await program.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
