// Everything a machine can say about the code without running the product: format and lint, types, architecture, unused code.
import { spawnSync } from "node:child_process";

const STEPS = [
  ["format and lint", ["biome", "check", "--error-on-warnings", "."]],
  ["types", ["tsc", "--noEmit", "-p", "."]],
  ["architecture", ["vitest", "run", "tests/architecture.test.ts", "--silent"]],
  ["unused code", ["knip", "--no-progress"]],
];

spawnSync("npx", ["prisma", "generate"], { stdio: "ignore" });
const failed = STEPS.filter(([name, command]) => {
  const started = Date.now();
  const { status } = spawnSync("npx", ["--no-install", ...command], { stdio: "inherit" });
  console.log(`${status === 0 ? "passed" : "FAILED"}: ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
