// `node scripts/command.mjs NAME …`: runs the command scripts/NAME.ts from its bundle, which is made anew if sources changed.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundleIfNeeded } from "./build.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
process.env.NODE_ENV = "production";
process.env.LOG_LEVEL ??= "warn";
if (existsSync(".env")) process.loadEnvFile(".env");

const [name] = process.argv.splice(2, 1);
if ((await bundleIfNeeded()) === 0) await import(`../dist/${name}.mjs`);
else process.exitCode = 1;
