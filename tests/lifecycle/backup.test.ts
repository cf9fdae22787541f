// A backup under load and what comes back from it; killed in the middle; files that are no whole backup.
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { verifyAgainst } from "../../lib/audit/verification";
import { pool, prisma } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { decrypt, encrypt } from "../../lib/secrets";
import { updateSettings } from "../../lib/settings/mutations";
import { createUser } from "../../lib/users/mutations";
import { systemActor } from "../../lib/users/permissions";
import { openSession } from "../../lib/users/sign-in";
import { startTestDatabase, type TestDatabase } from "../support/database";
import { HistoryModel } from "../support/history-model";
import { leaveDatabase } from "../support/leave";
import { WORK, writeLate, writeSome } from "../support/retention-work";
import { contentsOf, shapeOf } from "../support/whole-database";
import { startLoad } from "./backup-load";
import { bundleCommand } from "./commands";
import { type Core, makeFolder, removeFolder, startCore, stopAll, until } from "./support";

const backup = bundleCommand("backup");
const restore = bundleCommand("restore");
const PASSWORD = "quiet-harbour-42-lamp";
/** What the commands themselves write, and what says which process works when. */
const OWN_NOTES = ["system_log", "lease", "_prisma_migrations"];

let folder: string;
let core: Core;
let url: string;
let model: HistoryModel;
let serverId: number;
let external: TestDatabase;

const data = () => path.join(folder, "data");
const kept = (directory: string, name: string) => readFileSync(path.join(directory, "secrets", name), "utf8").trim();

/** Points lib at a database. */
async function use(address: string, directory = data()): Promise<void> {
  await leaveDatabase();
  provideEnv({
    DATABASE_URL: address,
    AUTH_SECRET: kept(directory, "auth_secret"),
    ENCRYPTION_KEYS: kept(directory, "encryption_keys"),
  });
}

/** People, a server with a sealed password, settings, history in every form. */
async function fill(): Promise<void> {
  await createUser(systemActor(), {
    login: "anna",
    email: "anna@example.org",
    role: "operator",
    password: PASSWORD,
    is_active: true,
    must_change_password: false,
  });
  await updateSettings(systemActor(), { retention_days: 25 });
  const { rows } = await pool().query<{ id: number }>(
    `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
     INSERT INTO servers (id, name, enabled) SELECT id, 'shop / 100 %', false FROM made RETURNING id`,
  );
  serverId = rows[0]?.id ?? 0;
  const sealed = encrypt("the password of shop", `servers:pg_password:${serverId}`);
  await pool().query("UPDATE servers SET pg_password = $1 WHERE id = $2", [sealed, serverId]);
  model = await HistoryModel.create();
  await writeSome(model);
  await WORK.seal();
  await WORK["1m"]();
  await writeLate(model, 0);
}

/** 40 MB, which take a while to write. */
async function fillMore(): Promise<void> {
  await pool().query(
    `INSERT INTO run (subject, probe, started_at, duration_ms, outcome, message)
     SELECT 1, 'made', now(), random(), 'failed', (SELECT string_agg(md5(concat(n, m, random())), '') FROM generate_series(1, 30) m)
     FROM generate_series(1, 40000) n`,
  );
}

beforeAll(async () => {
  folder = makeFolder();
  external = await startTestDatabase();
  core = startCore({ DATA_DIR: data() });
  url = (await core.ready()).url;
  await use(url);
  await fill();
  expect(await backup.run({ DATA_DIR: data() }, file("small.tar"))).toMatchObject({ status: 0, stderr: "" });
  await fillMore();
});
const made: string[] = [];
afterEach(() => stopAll(...made.splice(0)));
afterAll(async () => {
  await leaveDatabase();
  await stopAll(data());
  await external.stop();
  removeFolder(folder);
});

const file = (name: string) => path.join(folder, name);
const partials = () => readdirSync(folder).filter((name) => name.includes(".partial-"));
const fromFile = (tar: string, name: string) => execFileSync("tar", ["-xOf", tar, name], { encoding: "utf8" });
const secretsOf = (tar: string) => ({
  AUTH_SECRET: fromFile(tar, "secrets/auth_secret"),
  ENCRYPTION_KEYS: fromFile(tar, "secrets/encryption_keys"),
});

describe("a backup of an embedded database", () => {
  it("comes back row by row in another PostgreSQL, with the secrets taken out of the file", async () => {
    const tar = file("quiet.tar");
    const before = await contentsOf(url, { without: OWN_NOTES });
    const told = await backup.run({ DATA_DIR: data() }, tar);
    expect(told).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("holds Dozor's secrets") });
    expect(statSync(tar).mode & 0o777).toBe(0o600);
    expect(before.run?.rows).toBe(40_000);

    const empty = await external.createDatabase({ empty: true });
    const others = {
      AUTH_SECRET: "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e",
      ENCRYPTION_KEYS: "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a",
    };
    const refused = await restore.run({ DATABASE_URL: empty, ...others }, tar);
    expect(refused).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(`tar -xOf ${tar} secrets/auth_secret`),
    });
    expect(await contentsOf(empty)).toEqual({});

    const restored = await restore.run({ DATABASE_URL: empty, ...secretsOf(tar) }, tar);
    expect(restored).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("The audit log holds.") });
    expect(await contentsOf(empty, { without: OWN_NOTES })).toEqual(before);
    expect(await shapeOf(empty)).toEqual(await shapeOf(url));

    const again = await restore.run({ DATABASE_URL: empty, ...secretsOf(tar) }, tar);
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining("The database is not empty: it holds") });
    // And from there: with the secrets in the environment they are not in the file.
    const second = await backup.run({ DATABASE_URL: empty, ...secretsOf(tar) }, file("external.tar"));
    expect(second).toMatchObject({ status: 0, stdout: expect.stringContaining("The secrets are not in the file") });
    expect(execFileSync("tar", ["-tf", file("external.tar")], { encoding: "utf8" })).not.toContain("secrets/");
    const without = await restore.run({ DATA_DIR: file("without") }, file("external.tar"));
    expect(without).toMatchObject({ status: 1, stderr: expect.stringContaining("The backup holds no secrets") });
  });

  it("is of one moment while Dozor writes, and a Dozor starts on it in an empty directory", async () => {
    const load = startLoad(url);
    await until("the load to run", () => load.written() > 20);
    const tar = file("load.tar");
    const atStart = load.written();
    const told = await backup.run({ DATA_DIR: data() }, tar);
    const atEnd = load.written();
    await until("writes after the backup", () => load.written() > atEnd);
    await load.stop();
    expect(told).toMatchObject({ status: 0, stderr: "" });

    const directory = file("restored");
    made.push(directory);
    const restored = await restore.run({ DATA_DIR: directory }, tar);
    expect(restored).toMatchObject({ status: 0, stderr: "", stdout: expect.stringContaining("The audit log holds.") });
    expect(readdirSync(directory).sort()).toEqual(["postgres", "secrets"]);
    expect(kept(directory, "auth_secret")).toBe(kept(data(), "auth_secret"));

    const second = startCore({ DATA_DIR: directory });
    await use((await second.ready()).url, directory);
    const { rows } = await pool().query<{ pairs: number; others: number; last: number }>(
      `SELECT (SELECT count(*)::int FROM throttle WHERE key LIKE 'load-%') AS pairs,
         (SELECT count(*)::int FROM idempotency WHERE caller = 'load') AS others,
         (SELECT max(substr(key, 6)::int) FROM throttle WHERE key LIKE 'load-%') AS last`,
    );
    const { pairs = 0, others, last } = rows[0] ?? {};
    // Both halves of each transaction, and all of them up to one moment.
    expect({ others, last }).toEqual({ others: pairs, last: pairs });
    expect(pairs).toBeGreaterThanOrEqual(atStart);
    expect(pairs).toBeLessThanOrEqual(atEnd);
    expect(atEnd).toBeGreaterThan(atStart);
    const counts = JSON.parse(fromFile(tar, "end.json")).rows as Record<string, number>;
    const found = await contentsOf((await second.ready()).url);
    for (const name of ["run", "users", "audit_log", "settings", "idempotency", "sample_head", "subject"])
      expect(found[name]?.rows, name).toBe(counts[name]);
    expect((await verifyAgainst([])).problems).toEqual([]);
    await model.check();
    const signedIn = { username: "anna", password: PASSWORD, otp: undefined };
    const session = await openSession(signedIn, { kind: "bearer", client: { ip: null, userAgent: null } });
    expect(session.login).toBe("anna");
    const server = await prisma().server.findUniqueOrThrow({ where: { id: serverId } });
    expect(decrypt(server.pgPassword ?? "", `servers:pg_password:${serverId}`)).toBe("the password of shop");
    await use(url);
    expect(await second.stop()).toBe(0);
  });

  it("killed in the middle leaves nothing that looks whole", async () => {
    const tar = file("killed.tar");
    const { child, ended } = backup.start({ DATA_DIR: data() }, tar);
    await until("a part of the file", () => partials().some((name) => statSync(file(name)).size > 1_000_000));
    child.kill("SIGKILL");
    await ended;
    expect(existsSync(tar)).toBe(false);
    const [partial = ""] = partials();
    const refused = await restore.run({ DATA_DIR: file("from-partial") }, file(partial));
    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining("is not complete") });
    expect(existsSync(file("from-partial/postgres"))).toBe(false);
  });

  it("stopped by a person takes away what it wrote", async () => {
    const left = partials();
    const { child, ended } = backup.start({ DATA_DIR: data() }, file("stopped.tar"));
    await until("a part of the file", () => partials().length > left.length);
    child.kill("SIGINT");
    expect(await ended).toMatchObject({ status: 1, stderr: expect.stringContaining("The backup was stopped.") });
    expect(partials()).toEqual(left);
    expect(existsSync(file("stopped.tar"))).toBe(false);
  });

  it("is never written over a file, and says where it cannot write and how it is called", async () => {
    const run = (...parameters: string[]) => backup.run({ DATA_DIR: data() }, ...parameters);
    const content = readFileSync(file("small.tar"));
    expect((await run(file("small.tar"))).stderr).toContain("is there already");
    expect(readFileSync(file("small.tar")).equals(content)).toBe(true);
    expect((await run(file("none/x.tar"))).stderr).toContain("there is no such folder");
    expect((await run()).stderr).toBe("Usage: npm run backup -- <file or folder>\n");
    expect((await restore.run({ DATA_DIR: data() })).stderr).toBe("Usage: npm run restore -- <file>\n");
    expect((await restore.run({ DATA_DIR: data() }, file("none.tar"))).stderr).toContain("There is no file");
  });
});

describe("npm run restore", () => {
  it("killed in the middle leaves no database, and the next one takes the rest away and succeeds", async () => {
    const directory = file("killed-restore");
    made.push(directory);
    const { child, ended } = restore.start({ DATA_DIR: directory }, file("small.tar"));
    const stage = await until("the database in the making", () =>
      existsSync(directory)
        ? readdirSync(directory).find((name) => existsSync(path.join(directory, name, "postgres/postmaster.pid")))
        : undefined,
    );
    child.kill("SIGKILL");
    await ended;
    expect(readdirSync(directory)).toEqual([stage]);
    const stopped = restore.start({ DATA_DIR: directory }, file("quiet.tar"));
    await until("the next database in the making", () =>
      readdirSync(directory).some((name) => name !== stage && existsSync(path.join(directory, name, "postgres"))),
    );
    stopped.child.kill("SIGINT");
    expect(await stopped.ended).toMatchObject({
      status: 1,
      stderr: "The restore was stopped. Nothing was restored.\n",
    });
    expect(readdirSync(directory)).toEqual([]);
    const again = await restore.run({ DATA_DIR: directory }, file("small.tar"));
    expect(again).toMatchObject({ status: 0, stderr: "" });
    expect(readdirSync(directory).sort()).toEqual(["postgres", "secrets"]);
    const over = await restore.run({ DATA_DIR: directory }, file("small.tar"));
    expect(over).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("is there already. Nothing was restored."),
    });
  });

  it("refuses a file with a changed byte, and a schema it does not know, and leaves nothing", async () => {
    const directory = file("refused");
    copyFileSync(file("small.tar"), file("changed.tar"));
    const bytes = readFileSync(file("changed.tar"));
    bytes[bytes.length >> 1] = ~(bytes[bytes.length >> 1] ?? 0);
    writeFileSync(file("changed.tar"), bytes);
    expect((await restore.run({ DATA_DIR: directory }, file("changed.tar"))).stderr).toContain("is damaged");
    const empty = await external.createDatabase();
    const client = new pg.Client({ connectionString: empty });
    await client.connect();
    await client.query(
      "UPDATE _prisma_migrations SET migration_name = '9999_later' WHERE migration_name = '0004_retention'",
    );
    await client.end();
    const newer = await backup.run({ DATABASE_URL: empty, ...secretsOf(file("small.tar")) }, file("newer.tar"));
    expect(newer).toMatchObject({ status: 1, stderr: expect.stringContaining("belongs to a newer version") });
    expect(existsSync(file("newer.tar"))).toBe(false);
    expect(existsSync(directory)).toBe(false);
  });
});
