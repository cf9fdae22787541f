// `npm start`: builds if the sources changed, then becomes the server (`--dev`: Next's development mode).
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Dozor needs Node.js 20.19 or newer; this is ${process.versions.node}.`);
  process.exit(1);
}

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const dev = process.argv.includes("--dev");
// Whatever the shell says: a development build of React is no production, and the other way round.
process.env.NODE_ENV = dev ? "development" : "production";
process.env.NEXT_TELEMETRY_DISABLED ??= "1";
if (existsSync(".env")) process.loadEnvFile(".env");

if (process.env.npm_lifecycle_event) {
  // npm runs us through a shell, which dies of SIGTERM without handing it on: an orphan stops as if it had got it.
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    process.emit("SIGTERM", "SIGTERM");
  }, 500);
  watch.unref();
}

const { buildIfNeeded } = await import("./build.mjs");
if ((await buildIfNeeded({ dev })) === 0) await import("../dist/server.mjs");
else process.exitCode = 1;
