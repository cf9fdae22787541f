// Runs one of the long trials of bench/soak against the built product: `npm run soak -- outage 10` (minutes).
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const all = readdirSync("bench/soak").map((name) => name.replace(/\.ts$/, ""));
const [name, ...parameters] = process.argv.slice(2);
if (!all.includes(name)) {
  console.error(`Name a trial: ${all.join(", ")}.`);
  process.exit(1);
}
const build = spawnSync("node", ["scripts/build.mjs", "--if-needed"], { stdio: "inherit" });
if (build.status !== 0) process.exit(build.status ?? 1);
const run = spawnSync("npx", ["--no-install", "tsx", `bench/soak/${name}.ts`, ...parameters], { stdio: "inherit" });
process.exit(run.status ?? 1);
