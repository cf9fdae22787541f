// All tests: unit and integration (vitest), then the browser (Playwright) against the built product.
// `npm test -- unit` or `npm test -- browser` runs one half; further words go to the runner.
// Files with a failed test run once more, alone: what fails on a quiet machine, too, has failed; the rest is named.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
// Tests want development builds of React; and a production install leaves the test tools out.
delete env.NODE_ENV;
/** More files than this do not fail because the machine was busy. */
const MOST_AGAIN = 4;

function run(command, args) {
  return spawnSync(command, args, { stdio: "inherit", env }).status ?? 1;
}

function must(command, args) {
  const status = run(command, args);
  if (status !== 0) process.exit(status);
}

/** Titles of failed tests by file, of a report of vitest. */
function failedOfVitest({ testResults }) {
  return new Map(
    testResults
      .filter(({ status }) => status === "failed")
      .map(({ name, assertionResults }) => [
        path.relative(process.cwd(), name),
        assertionResults.filter(({ status }) => status === "failed").map(({ fullName }) => fullName),
      ]),
  );
}

/** The same of a report of Playwright, whose suites hold suites. */
function failedOfPlaywright({ config, suites }) {
  const failed = new Map();
  const walk = ({ suites = [], specs = [] }) => {
    for (const { ok, file, title } of specs) {
      if (ok) continue;
      const name = path.relative(process.cwd(), path.join(config.rootDir, file));
      failed.set(name, [...(failed.get(name) ?? []), title]);
    }
    suites.forEach(walk);
  };
  suites.forEach(walk);
  return failed;
}

const RUNNERS = {
  unit: {
    report: "test-results/vitest.json",
    args: (report) => ["vitest", "run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`],
    alone: ["--maxWorkers=1"],
    counts: ({ numPassedTests, numFailedTests }) => ({ passed: numPassedTests, failed: numFailedTests }),
    failed: failedOfVitest,
  },
  browser: {
    report: "test-results/browser.json",
    args: (report) => {
      env.PLAYWRIGHT_JSON_OUTPUT_NAME = report;
      return ["playwright", "test", "--reporter=list,json"];
    },
    alone: [],
    counts: ({ stats }) => ({ passed: stats.expected, failed: stats.unexpected + stats.flaky }),
    failed: failedOfPlaywright,
  },
};

/** One run: its status, counts, and what failed; a runner that wrote no report counts as one failure. */
function once({ report, args, counts, failed }, words) {
  rmSync(report, { force: true });
  const status = run("npx", ["--no-install", ...args(report), ...words]);
  if (!existsSync(report)) return { passed: 0, failed: 1, names: new Map() };
  const told = JSON.parse(readFileSync(report, "utf8"));
  const { passed, failed: count } = counts(told);
  return { passed, failed: count === 0 && status !== 0 ? 1 : count, names: failed(told) };
}

function test(runner, words) {
  const first = once(runner, words);
  const count = [...first.names.values()].flat().length;
  if (first.failed === 0 || first.failed !== count || first.names.size > MOST_AGAIN) return first;
  console.log(`\nOnce more, alone: ${[...first.names.keys()].join(", ")}`);
  const second = once(runner, [...runner.alone, ...first.names.keys()]);
  const left = new Set([...second.names].flatMap(([file, titles]) => titles.map((title) => `${file} ${title}`)));
  // A second run that broke off proves nothing.
  if (second.failed !== left.size) return first;
  const all = [...first.names].flatMap(([file, titles]) => titles.map((title) => `${file} ${title}`));
  for (const name of all.filter((name) => !left.has(name))) console.log(`passed only when run again alone: ${name}`);
  return { passed: first.passed + first.failed - left.size, failed: left.size, names: second.names };
}

if (!existsSync("node_modules/vitest") || !existsSync("node_modules/@playwright/test")) {
  must("npm", ["ci", "--include=dev"]);
}

const [half, ...rest] = ["unit", "browser"].includes(process.argv[2] ?? "")
  ? process.argv.slice(2)
  : ["", ...process.argv.slice(2)];
const results = [];
mkdirSync("test-results", { recursive: true });
must("npx", ["--no-install", "prisma", "generate"]);

if (half !== "browser") results.push(test(RUNNERS.unit, rest));
if (half !== "unit") {
  must("node", ["scripts/build.mjs", "--if-needed"]);
  results.push(test(RUNNERS.browser, rest));
}

for (const [file, titles] of results.flatMap(({ names }) => [...names])) {
  for (const title of titles) console.log(`failed: ${file} ${title}`);
}
const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 && sum("passed") > 0 ? 0 : 1);
