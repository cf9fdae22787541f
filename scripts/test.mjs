// All tests: unit and integration (vitest), then the browser (Playwright) against the built product.
// `npm test -- unit` or `npm test -- browser` runs one half; further words go to the runner.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";

const env = { ...process.env, NEXT_TELEMETRY_DISABLED: "1" };
// Tests want development builds of React; and a production install leaves the test tools out.
delete env.NODE_ENV;

function run(command, args) {
  return spawnSync(command, args, { stdio: "inherit", env }).status ?? 1;
}

function must(command, args) {
  const status = run(command, args);
  if (status !== 0) process.exit(status);
}

/** Passed and failed tests of a JSON report; a runner that wrote none counts as one failure. */
function counted(file, status) {
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const report = JSON.parse(readFileSync(file, "utf8"));
  const passed = report.numPassedTests ?? report.stats.expected;
  const failed = report.numFailedTests ?? report.stats.unexpected + report.stats.flaky;
  return { passed, failed: failed === 0 && status !== 0 ? 1 : failed };
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

if (half !== "browser") {
  const file = "test-results/vitest.json";
  rmSync(file, { force: true });
  const status = run("npx", [
    "--no-install",
    "vitest",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    ...rest,
  ]);
  results.push(counted(file, status));
}
if (half !== "unit") {
  must("node", ["scripts/build.mjs", "--if-needed"]);
  const file = "test-results/browser.json";
  rmSync(file, { force: true });
  env.PLAYWRIGHT_JSON_OUTPUT_NAME = file;
  const status = run("npx", ["--no-install", "playwright", "test", "--reporter=list,json", ...rest]);
  results.push(counted(file, status));
}

const sum = (key) => results.reduce((total, result) => total + result[key], 0);
console.log(`\n${sum("passed")} passed, ${sum("failed")} failed`);
process.exit(sum("failed") === 0 && sum("passed") > 0 ? 0 : 1);
