// `npm run build`: Prisma's client, Next's pages, our server. `--if-needed` only when the sources changed.
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDERS = ["app", "components", "lib", "messages", "prisma", "public"];
// tsconfig.json is left out: Next completes it while it builds.
const FILES = [
  ...[
    "server.ts",
    "instrumentation.ts",
    "middleware.ts",
    "next.config.ts",
    "instrumentation-client.ts",
    "prisma.config.ts",
    "postcss.config.mjs",
  ],
  ...["package.json", "package-lock.json", "scripts/build.mjs"],
];
/** What people run at the command line, each scripts/NAME.ts. */
const COMMANDS = readdirSync(new URL(".", import.meta.url))
  .filter((file) => file.endsWith(".ts"))
  .map((file) => file.replace(/\.ts$/, ""));
const STAMP = ".next/dozor-sources";
const SIGNALS = ["SIGTERM", "SIGINT"];

function filesOf(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = `${folder}/${entry.name}`;
    if (file === "lib/generated") return [];
    return entry.isDirectory() ? filesOf(file) : [file];
  });
}

/** Changes when any source or dependency does. Content, not times: a copied or cloned tree has new times. */
function fingerprint() {
  const hash = createHash("sha256").update(process.versions.node.split(".")[0] ?? "");
  const files = [...FOLDERS.flatMap(filesOf), ...FILES, ...COMMANDS.map((name) => `scripts/${name}.ts`)].filter(
    (file) => existsSync(file) && !/\.test\.tsx?$/.test(file),
  );
  for (const file of files.sort()) hash.update(`${file}\0`).update(readFileSync(file)).update("\0");
  return hash.digest("hex");
}

function run(program, ...parameters) {
  const child = spawn(process.execPath, [`node_modules/${program}`, ...parameters], {
    stdio: "inherit",
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", CHECKPOINT_DISABLE: "1" },
  });
  // A signal that reaches only us must not leave the build behind.
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  return new Promise((resolve) => {
    child.on("exit", (code) => {
      for (const signal of SIGNALS) process.off(signal, forward);
      resolve(code ?? 1);
    });
  });
}

async function bundleServer() {
  const { build: bundle, stop } = await import("esbuild");
  await bundle({
    entryPoints: { server: "server.ts", ...Object.fromEntries(COMMANDS.map((name) => [name, `scripts/${name}.ts`])) },
    outdir: "dist",
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    packages: "external",
    logLevel: "warning",
  });
  await stop();
  return 0;
}

const generate = () => run("prisma/build/index.js", "generate");

async function inOrder(...steps) {
  for (const step of steps) {
    const code = await step();
    if (code !== 0) return code;
  }
  return 0;
}

const isBuilt = (sources) =>
  existsSync(".next/BUILD_ID") &&
  ["server", ...COMMANDS].every((name) => existsSync(`dist/${name}.mjs`)) &&
  existsSync(STAMP) &&
  readFileSync(STAMP, "utf8") === sources;

/** Builds everything. @returns exit code */
async function build(sources = fingerprint()) {
  rmSync(STAMP, { force: true });
  const code = await inOrder(generate, () => run("next/dist/bin/next", "build"), bundleServer);
  if (code === 0) writeFileSync(STAMP, sources);
  return code;
}

/**
 * Builds unless these very sources are built already; for development only what Next does not build itself.
 * @returns exit code
 */
export async function buildIfNeeded({ dev = false } = {}) {
  try {
    if (dev) return await inOrder(generate, bundleServer);
    const sources = fingerprint();
    if (isBuilt(sources)) return 0;
    console.log("Building Dozor: once now, and again only after its files change.");
    return await build(sources);
  } catch (error) {
    if (!["EACCES", "EROFS", "ENOSPC"].includes(error.code)) throw error;
    console.error(`The build cannot be written: ${error.message}`);
    return 1;
  }
}

/** Makes the bundles that commands run from, unless these very sources are built already. @returns exit code */
export async function bundleIfNeeded() {
  return isBuilt(fingerprint()) ? 0 : inOrder(generate, bundleServer);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  process.exitCode = await (process.argv.includes("--if-needed") ? buildIfNeeded() : build());
}
