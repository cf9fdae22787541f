// Every reason not to start: one readable message, exit code 1, no stack, nothing left running.
import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import {
  ask,
  makeFolder,
  postmasterOf,
  removeFolder,
  startCore,
  stopAll,
  USERS,
  type User,
  until,
  works,
} from "./support";

const SECRET = "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e";

/** The message of a start that must fail. */
async function refusal(variables: Record<string, string>, user?: User): Promise<string> {
  const core = startCore(variables, user);
  expect(await core.ended).toBe(1);
  expect(core.stderr).not.toMatch(/^\s+at /m);
  return core.stderr.trim();
}

test("all bad variables are named together, with their rule and without their value", async () => {
  const message = await refusal({
    PORT: "geheim",
    AUTH_SECRET: "geheim",
    DATABASE_URL: "mysql://geheim",
    COLLECT_INTERVAL: "1",
    LOG_LEVEL: "geheim",
  });
  expect(message.split("\n").map((line) => line.trim().split(/[ :]/)[0])).toEqual([
    "These",
    "PORT",
    "DATABASE_URL",
    "AUTH_SECRET",
    "LOG_LEVEL",
    "ENCRYPTION_KEYS",
    "COLLECT_INTERVAL",
  ]);
  expect(message).not.toContain("geheim");
});

test("one of the commonest passwords is none for the admin", async () => {
  expect(await refusal({ ADMIN_PASSWORD: "password1", PASSWORD_MIN_LENGTH: "8" })).toContain(
    "ADMIN_PASSWORD: This is one of the commonest",
  );
});

test("an external database that does not let us in", async () => {
  const url = new URL(`${process.env.TEST_DATABASE_SERVER}/postgres`);
  url.password = "geheim";
  const message = await refusal({ DATABASE_URL: url.href, AUTH_SECRET: SECRET, ENCRYPTION_KEYS: `1:${SECRET}` });
  expect(message).toMatch(
    /^DATABASE_URL: cannot connect to 127\.0\.0\.1:\d+, database postgres, as dozor: password authentication failed/,
  );
  expect(message).not.toContain("geheim");
});

describe.each(USERS)("DATA_DIR as $name", (user) => {
  const folder = makeFolder(user);
  const inside = (name: string): string => path.join(folder, name);
  afterAll(() => {
    chmodSync(folder, 0o700);
    removeFolder(folder);
  });

  test("is a file", async () => {
    writeFileSync(inside("file"), "");
    expect(await refusal({ DATA_DIR: inside("file") }, user)).toContain("there is a file where a folder should be");
  });

  test("holds another major version: nothing is touched, the way out is named", async () => {
    mkdirSync(inside("old/postgres"), { recursive: true });
    writeFileSync(inside("old/postgres/PG_VERSION"), "17\n");
    for (const name of ["old", "old/postgres", "old/postgres/PG_VERSION"]) chmodSync(inside(name), 0o777);
    const message = await refusal({ DATA_DIR: inside("old") }, user);
    expect(message).toContain(
      "holds a database of PostgreSQL 17; this version of Dozor brings PostgreSQL 18. Nothing was changed.",
    );
    expect(readFileSync(inside("old/postgres/PG_VERSION"), "utf8")).toBe("17\n");
  });
});

const ordinary = USERS.find(({ name }) => name === "an ordinary user");
if (ordinary) {
  test("DATA_DIR that we may not read", async () => {
    const folder = makeFolder(ordinary);
    mkdirSync(path.join(folder, "data"), { mode: 0o000 });
    expect(await refusal({ DATA_DIR: path.join(folder, "data") }, ordinary)).toMatch(
      /^DATA_DIR .* cannot be used by the user .*: permission denied \(EACCES/,
    );
    removeFolder(folder);
  });
}

if (USERS.some(({ name }) => name === "root")) {
  test("root: DATA_DIR that PostgreSQL's user cannot reach", async () => {
    const folder = makeFolder();
    chmodSync(folder, 0o700);
    const message = await refusal({ DATA_DIR: path.join(folder, "data") });
    expect(message).toContain(`cannot be reached by the user`);
    expect(message).toContain(`chmod o+x ${folder}`);
    removeFolder(folder);
  });
}

describe("what was generated once", () => {
  const folder = makeFolder();
  const directory = path.join(folder, "data");
  afterAll(async () => {
    await stopAll(directory);
    removeFolder(folder);
  });

  test("another key, another password: refused, and the database is stopped again", async () => {
    const core = startCore({ DATA_DIR: directory });
    await core.ready();
    await core.stop();
    const message = await refusal({ DATA_DIR: directory, ENCRYPTION_KEYS: `1:${SECRET}` });
    expect(message).toContain("ENCRYPTION_KEYS: the key 1 is not the one this database was encrypted with");
    rmSync(path.join(directory, "secrets/database_password"));
    expect(await refusal({ DATA_DIR: directory })).toContain("does not accept the password in");
    expect(postmasterOf(directory)).toBeUndefined();
  });
});

const probe = makeFolder();
const canMount = works("mount", "-t", "tmpfs", "tmpfs", probe) && works("umount", probe);
removeFolder(probe);

if (canMount) {
  describe("on a disk that", () => {
    const disk = makeFolder();
    const directory = path.join(disk, "data");
    const mount = (options: string): void => {
      expect(spawnSync("mount", ["-t", "tmpfs", "-o", `mode=755,${options}`, "tmpfs", disk]).status).toBe(0);
    };
    afterEach(async () => {
      await stopAll(directory);
      await until("the disk to be free", () => works("umount", disk));
    });
    afterAll(() => removeFolder(disk));

    test("is read-only", async () => {
      mount("ro");
      expect(await refusal({ DATA_DIR: directory })).toContain("the file system is read-only");
    });

    test("is too small", async () => {
      mount("size=8m");
      expect(await refusal({ DATA_DIR: directory })).toContain("The disk is full");
    });

    test("is full", async () => {
      mount("size=4k,nr_inodes=4");
      expect(await refusal({ DATA_DIR: directory })).toContain("he disk is full");
    });

    test("fills up while we run: what cannot be stored fails, and with room again it goes on", async () => {
      mount("size=120m");
      const core = startCore({ DATA_DIR: directory });
      const { url } = await core.ready();
      await ask(url, "CREATE TABLE filler AS SELECT 1 AS n");
      const fill = "INSERT INTO filler SELECT generate_series(1, 5000000)";
      await expect(ask(url, fill)).rejects.toThrow();
      const room = path.join(directory, "postgres.log");
      expect(core.child.exitCode).toBeNull();
      writeFileSync(room, "");
      const survived = await until("an answer", () =>
        ask(url, "TRUNCATE filler; SELECT 1").then(
          () => true,
          () => undefined,
        ),
      );
      expect(survived).toBe(true);
      expect(await ask(url, "SELECT count(*)::int AS n FROM users")).toEqual([{ n: 1 }]);
      expect(await core.stop()).toBe(0);
    });
  });
}
