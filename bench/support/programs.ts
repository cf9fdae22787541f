// The stores to compare with: as they are installed, else Debian's packages unpacked into a folder of our own.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const CACHE = join(tmpdir(), "dozor-bench-programs");

export interface Program {
  path: string;
  /** Of the Debian package; empty where it came from elsewhere. */
  version: string;
}

/** A program that a Debian package of the same name holds; undefined where it cannot be had. Installs nothing. */
export function findProgram(name: string, cache = CACHE, path = process.env.PATH ?? ""): Program | undefined {
  const installed = path
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(existsSync);
  if (installed) return { path: installed, version: answerOf("dpkg-query", "-W", "-f", `\${Version}`, name) };
  const folder = join(cache, name);
  const unpacked = join(folder, "usr", "bin", name);
  if (!existsSync(unpacked)) unpack(name, folder);
  return existsSync(unpacked) ? { path: unpacked, version: packageIn(folder)?.split("_")[1] ?? "" } : undefined;
}

const answerOf = (command: string, ...parameters: string[]): string =>
  spawnSync(command, parameters, { encoding: "utf8" }).stdout ?? "";

const packageIn = (folder: string) => readdirSync(folder).find((entry) => entry.endsWith(".deb"));

function unpack(name: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const run = (command: string, ...parameters: string[]) =>
    spawnSync(command, parameters, { cwd: folder, stdio: "ignore" }).status === 0;
  // A machine that never asked for packages has no list of them.
  const fetched = run("apt-get", "download", name) || (run("apt-get", "update") && run("apt-get", "download", name));
  const file = packageIn(folder);
  if (!fetched || !file || !run("dpkg", "-x", file, ".")) rmSync(folder, { recursive: true, force: true });
}
