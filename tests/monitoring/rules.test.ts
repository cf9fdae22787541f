// The files of Prometheus by its own tool; tests/monitoring/scraped.test.ts has a real Prometheus run them.
import { execFile } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, expect, it } from "vitest";
import { PROMETHEUS_FOLDER, placeFiles } from "../support/prometheus";

const run = promisify(execFile);
const folder = placeFiles("a-token");
afterAll(() => rmSync(folder, { recursive: true }));

/** @throws Error with what promtool says */
const promtool = async (...words: string[]) => (await run("/usr/bin/promtool", words)).stdout;
const read = (file: string) => readFileSync(path.join(PROMETHEUS_FOLDER, file), "utf8");

const RULES = [...read("alerts.yml").matchAll(/^ +- alert: (\w+)$/gm)].map(([, name = ""]) => name);

it("has a configuration that Prometheus takes", async () => {
  expect(await promtool("check", "config", path.join(folder, "prometheus.yml"))).toContain("SUCCESS");
});

it("has rules that Prometheus takes", async () => {
  const told = await promtool("check", "rules", path.join(PROMETHEUS_FOLDER, "alerts.yml"));
  expect(told).toContain(`SUCCESS: ${RULES.length} rules found`);
  expect(RULES).toEqual(expect.arrayContaining(["NoActiveStreams", "HighErrorRate"]));
  expect(new Set(RULES).size).toBe(RULES.length);
});

it("has rules that fire when they should, and say so", async () => {
  expect(await promtool("test", "rules", path.join(PROMETHEUS_FOLDER, "alerts.test.yml"))).toContain("SUCCESS");
});

it.each(RULES)("tries %s with what makes it fire, and beside it with what does not", (name) => {
  const cases = read("alerts.test.yml").split(/^ {6}- alertname: /m);
  const own = cases.filter((text) => text.startsWith(`${name}\n`));
  const fired = own.filter((text) => text.includes("exp_alerts:"));
  expect(fired).toHaveLength(1);
  // Of all that the test feeds it, one thing fires; others are there that do not, or it does not fire earlier.
  expect(fired[0]?.match(/- exp_labels:/g)).toHaveLength(1);
});

it.each(RULES)("tells of %s how bad it is, and what it means", (name) => {
  const rule = read("alerts.yml")
    .split(/^ +- alert: /m)
    .find((text) => text.startsWith(`${name}\n`));
  expect(rule).toMatch(/severity: (critical|warning)\n/);
  expect(rule).toMatch(/summary: \S/);
});

it("leads Alertmanager to rules that exist", () => {
  const text = readFileSync(path.join(PROMETHEUS_FOLDER, "../alertmanager/alertmanager.yml"), "utf8");
  const named = [...text.matchAll(/alertname!?="(\w+)"/g)].map(([, name]) => name);
  expect(RULES).toEqual(expect.arrayContaining(named));
});
