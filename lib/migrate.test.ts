import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startTestDatabase, type TestDatabase } from "../tests/support/database";
import { migrate, readMigrations } from "./migrate";

const OURS = path.resolve("prisma/migrations");
let database: TestDatabase;
let folder: string;
let url: string;

beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(() => database.stop());
beforeEach(async () => {
  url = await database.createDatabase({ empty: true });
  folder = mkdtempSync(path.join(tmpdir(), "dozor-migrations-"));
  return () => rmSync(folder, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(path.join(folder, name), { recursive: true });
  writeFileSync(path.join(folder, name, "migration.sql"), sql);
}

async function ask(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text: sql, rowMode: "array" })).rows.flat();
  } finally {
    await client.end();
  }
}

describe("migrate", () => {
  test("applies all, in order, once, as Prisma would note it", async () => {
    write("0002_b", "INSERT INTO a VALUES (2);");
    write("0001_a", "CREATE TABLE a (n int); INSERT INTO a VALUES (1);");
    expect(await migrate(url, folder)).toEqual(["0001_a", "0002_b"]);
    expect(await migrate(url, folder)).toEqual([]);
    expect(await ask("SELECT n FROM a")).toEqual([1, 2]);
    const noted = `SELECT migration_name, checksum, applied_steps_count FROM _prisma_migrations
      WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1`;
    const [a, b] = await readMigrations(folder);
    expect(await ask(noted)).toEqual(["0001_a", a?.checksum, 1, "0002_b", b?.checksum, 1]);
  });

  test("resumes after a start that stopped between two migrations", async () => {
    const names = (await readMigrations(OURS)).map((migration) => migration.name);
    for (let n = 1; n <= names.length; n++) {
      cpSync(path.join(OURS, names[n - 1] ?? ""), path.join(folder, names[n - 1] ?? ""), { recursive: true });
      expect(await migrate(url, folder)).toEqual([names[n - 1]]);
    }
    expect(await migrate(url, OURS)).toEqual([]);
  });

  test("two at once: one works, the other waits and finds nothing to do", async () => {
    write("0001_a", "CREATE TABLE a (n int); SELECT pg_sleep(0.3);");
    write("0002_b", "CREATE TABLE b (n int);");
    const applied = await Promise.all([migrate(url, folder), migrate(url, folder), migrate(url, folder)]);
    expect(applied.flat().sort()).toEqual(["0001_a", "0002_b"]);
    expect(applied.map((names) => names.length).sort()).toEqual([0, 0, 2]);
  });

  test("a failing one says which rows stand in the way", async () => {
    write("0001_a", "CREATE TABLE a (login text); INSERT INTO a VALUES ('anna'), ('Anna');");
    write("0002_b", "CREATE UNIQUE INDEX b ON a (lower(login));");
    await expect(migrate(url, folder)).rejects.toThrow("(Key (lower(login))=(anna) is duplicated.)");
  });

  test("a failing one leaves nothing half, and those before it stay", async () => {
    write("0001_a", "CREATE TABLE a (n int);");
    write("0002_b", "CREATE TABLE b (n int); INSERT INTO a VALUES (1); SELECT 1/0;");
    await expect(migrate(url, folder)).rejects.toThrow(
      "The migration 0002_b failed and was rolled back: division by zero",
    );
    expect(await ask("SELECT to_regclass('b'), (SELECT count(*)::int FROM a)")).toEqual([null, 0]);
    expect(await ask("SELECT migration_name FROM _prisma_migrations")).toEqual(["0001_a"]);
    write("0002_b", "CREATE TABLE b (n int);");
    expect(await migrate(url, folder)).toEqual(["0002_b"]);
  });

  test("refuses a changed file", async () => {
    write("0001_a", "CREATE TABLE a (n int);");
    await migrate(url, folder);
    write("0001_a", "CREATE TABLE a (n bigint);");
    await expect(migrate(url, folder)).rejects.toThrow("The migration 0001_a was changed after it had been applied");
  });

  test("refuses a database of a newer version", async () => {
    write("0001_a", "CREATE TABLE a (n int);");
    write("0002_b", "CREATE TABLE b (n int);");
    await migrate(url, folder);
    rmSync(path.join(folder, "0002_b"), { recursive: true });
    await expect(migrate(url, folder)).rejects.toThrow("0002_b, which this version of Dozor does not know");
  });

  test("refuses what another tool began and did not finish", async () => {
    write("0001_a", "CREATE TABLE a (n int);");
    await migrate(url, folder);
    await ask("UPDATE _prisma_migrations SET finished_at = NULL");
    await expect(migrate(url, folder)).rejects.toThrow("was begun by another tool and not finished");
  });
});
