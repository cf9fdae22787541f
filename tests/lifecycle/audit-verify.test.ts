import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, makeFolder, removeFolder, startCore, stopAll } from "./support";

const COMMAND = path.resolve(`dist/lifecycle/audit-verify-${process.pid}.mjs`);
buildSync({
  entryPoints: ["scripts/audit-verify.ts"],
  outfile: COMMAND,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});

const folders: string[] = [];
const newFolder = () => {
  const folder = makeFolder();
  folders.push(folder);
  return folder;
};
let directory: string;
beforeAll(() => {
  directory = newFolder();
});
afterEach(() => stopAll(directory));
afterAll(() => {
  for (const folder of folders) removeFolder(folder);
  rmSync(COMMAND, { force: true });
});

function verify(variables: Record<string, string>, ...parameters: string[]) {
  const environment = { PATH: process.env.PATH ?? "", LOG_LEVEL: "warn", ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...parameters], {
    env: environment as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

describe("npm run audit:verify", () => {
  it("checks the embedded database beside the Dozor that runs on it, and without one", async () => {
    const core = startCore({ DATA_DIR: directory });
    await core.ready();
    const beside = verify({ DATA_DIR: directory });
    expect(beside).toMatchObject({ status: 0, stderr: "" });
    expect(beside.stdout).toMatch(/^The audit log holds: \d+ entries, newest \d+:[0-9a-f]{64}\n$/);
    await core.stop();
    const alone = verify({ DATA_DIR: directory });
    expect(alone).toEqual(beside);
    const newest = /newest (\S+)/.exec(alone.stdout)?.[1] ?? "";
    expect(verify({ DATA_DIR: directory }, "--expect", newest).status).toBe(0);
    const other = verify({ DATA_DIR: directory }, "--expect", `${newest.split(":")[0]}:${"0".repeat(64)}`);
    expect(other).toMatchObject({ status: 1, stderr: expect.stringContaining("rolled_back: entry") });
  });

  it("names what is wrong, and ends with 1", async () => {
    const core = startCore({ DATA_DIR: directory });
    const { url } = await core.ready();
    const [entry] = await ask<{ id: string }>(url, "UPDATE audit_log SET actor = 'nobody' RETURNING id");
    const secrets = { DATABASE_URL: url, AUTH_SECRET: "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e", ENCRYPTION_KEYS: "1:x" };
    expect(verify({ DATA_DIR: directory })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`changed: entry ${entry?.id} was changed`),
    });
    expect(verify({ ...secrets, ENCRYPTION_KEYS: "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a" }).status).toBe(1);
    await core.stop();
  });

  it("makes nothing where there is nothing, and says how it is called", () => {
    expect(verify({ DATA_DIR: newFolder() })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("There is no database in"),
    });
    expect(verify({ DATA_DIR: directory }, "--all").stderr).toContain("Usage: npm run audit:verify");
  });
});
