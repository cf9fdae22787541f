// Another encryption key: beside a running Dozor, killed in the middle, with the wrong former key; then without the former one.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { buildSync } from "esbuild";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { provideEnv } from "../../lib/env";
import { decrypt, encrypt } from "../../lib/secrets";
import { TEST_ENVIRONMENT } from "../support/database";
import { ask, makeFolder, removeFolder, startCore, stopAll, until } from "./support";

const COMMAND = path.resolve(`dist/lifecycle/secrets-rotate-${process.pid}.mjs`);
buildSync({
  entryPoints: ["scripts/secrets-rotate.ts"],
  outfile: COMMAND,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});

const OLD = "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a";
const NEW = "2:Vp4wJk8dMq3zTn6xRc9hLb2sYf7gUe5r";
const WRONG = "1:Zb6yHn3kXq9wPf4vTs7mKd2rGj8cLe5u";
const BOTH = `${NEW},${OLD}`;

let folder: string;
let command: ChildProcess | undefined;
beforeAll(() => {
  folder = makeFolder();
});
afterEach(() => {
  command?.kill("SIGKILL");
  return stopAll(folder);
});
afterAll(() => {
  removeFolder(folder);
  rmSync(COMMAND, { force: true });
});

const variables = (keys: string) =>
  ({ PATH: process.env.PATH, LOG_LEVEL: "warn", DATA_DIR: folder, ENCRYPTION_KEYS: keys }) as never;

function rotate(keys: string, ...parameters: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...parameters], {
    env: variables(keys),
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

const start = (keys: string) => startCore({ DATA_DIR: folder, ENCRYPTION_KEYS: keys });

/** Servers with passwords under the former key. */
async function fill(url: string, names: readonly string[]): Promise<void> {
  provideEnv({ DATABASE_URL: url, AUTH_SECRET: TEST_ENVIRONMENT.AUTH_SECRET, ENCRYPTION_KEYS: OLD });
  for (const name of names) {
    const [row] = await ask<{ id: number }>(
      url,
      `WITH subject AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
       INSERT INTO servers (id, name, enabled) SELECT id, '${name}', false FROM subject RETURNING id`,
    );
    const id = row?.id ?? 0;
    const sealed = encrypt(`password of ${name}`, `servers:pg_password:${id}`);
    await ask(url, `UPDATE servers SET pg_password = '${sealed}' WHERE id = ${id}`);
  }
}

interface Stored {
  id: number;
  name: string;
  sealed: string;
}
const stored = (url: string) =>
  ask<Stored>(
    url,
    "SELECT id, name, pg_password AS sealed FROM servers WHERE name <> 'local' AND pg_password IS NOT NULL ORDER BY id",
  );
const keysOf = async (url: string) => (await stored(url)).map(({ sealed }) => sealed.split(":")[0]);
const count = (keys: (string | undefined)[], id: string) => keys.filter((key) => key === id).length;

describe("npm run secrets:rotate", () => {
  it("refuses beside a Dozor that does not know the new key, and with a wrong former key", async () => {
    const core = start(OLD);
    const { url } = await core.ready();
    await fill(url, ["a", "b", "c", "d", "e"]);
    // core.ts has no pages and so nothing that listens.
    const listener = new pg.Client({ connectionString: url, application_name: "dozor-listen" });
    await listener.connect();
    expect(rotate(BOTH)).toMatchObject({ status: 1, stderr: expect.stringContaining("does not know the key 2 yet") });
    await listener.end();
    const wrong = rotate(`${NEW},${WRONG}`);
    expect(wrong).toMatchObject({ status: 1, stderr: expect.stringContaining("the key 1 is not the one") });
    expect(rotate(NEW)).toMatchObject({ status: 1, stderr: expect.stringContaining("lacks the key 1") });
    expect(rotate(BOTH, "--force").stderr).toContain("Usage: npm run secrets:rotate");
    expect(count(await keysOf(url), "1")).toBe(5);
    await core.stop();
  });

  it("finishes what a killed one began, beside a Dozor that runs; no value is told", async () => {
    const core = start(BOTH);
    const { url } = await core.ready();
    const held = new pg.Client({ connectionString: url });
    held.on("error", () => {});
    await held.connect();
    await held.query("BEGIN; SELECT FROM servers WHERE name = 'd' FOR UPDATE");
    command = spawn(process.execPath, [COMMAND], { env: variables(BOTH), stdio: "ignore" });
    const exited = new Promise((resolve) => command?.once("close", resolve));
    await until("the first rows to be encrypted anew", async () => count(await keysOf(url), "2") === 3);
    command.kill("SIGKILL");
    await exited;
    // Its last statement still waits in the database, and would be carried out or not.
    await ask(url, "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE wait_event_type = 'Lock'");
    await held.end();
    expect(count(await keysOf(url), "1")).toBe(2);

    const { status, stdout, stderr } = rotate(BOTH);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("servers.pg_password: 2 encrypted anew");
    expect(stdout).toContain("Every stored secret is encrypted with the key 2.");
    expect(stdout).toContain("No longer needed in ENCRYPTION_KEYS: 1.");
    expect(stdout).not.toMatch(/password of|2:[\w-]{20}/);
    const [entry] = await ask(url, "SELECT event_type, actor, details FROM audit_log ORDER BY id DESC LIMIT 1");
    expect(entry).toMatchObject({ event_type: "secrets_rotated", details: { key: "2", "servers.pg_password": 2 } });
    await core.stop();
  });

  it("needs the former key no more: Dozor starts without it, and reads everything", async () => {
    const again = rotate(BOTH);
    expect(again).toMatchObject({ status: 0, stdout: expect.stringContaining("with the key 2 already") });
    const core = start(NEW);
    const { url } = await core.ready();
    provideEnv({ ENCRYPTION_KEYS: NEW });
    for (const { id, name, sealed } of await stored(url))
      expect(decrypt(sealed, `servers:pg_password:${id}`)).toBe(`password of ${name}`);
    expect(rotate(NEW).stdout).toContain("To change the key, put a new one first");
    await core.stop();
  });
});
