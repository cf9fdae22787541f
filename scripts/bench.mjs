// Runs the benchmarks of bench/, all or the named ones: `npm run bench -- host history`.
import { spawnSync } from "node:child_process";
import { readdirSync } from "node:fs";

const all = readdirSync("bench")
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.replace(/\.ts$/, ""));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  console.error(`No such benchmark: ${unknown.join(", ")}. There are: ${all.join(", ")}.`);
  process.exit(1);
}
let failed = 0;
for (const name of wanted.length > 0 ? wanted : all) {
  console.log(`\n== ${name}`);
  failed += spawnSync("npx", ["--no-install", "tsx", `bench/${name}.ts`], { stdio: "inherit" }).status === 0 ? 0 : 1;
}
process.exit(failed === 0 ? 0 : 1);
