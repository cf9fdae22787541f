// Backups in this process: older schemas, foreign tables, tables that come and go, files that are no whole backup.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../../tests/support/database";
import { OPEN, writeDay } from "../../tests/support/earlier-day";
import { contentsOf, shapeOf } from "../../tests/support/whole-database";
import { provideEnv } from "../env";
import { migrate, migrateWithin, readMigrations } from "../migrate";
import { loadBackup } from "./load";
import type { Envelope } from "./manifest";
import { readMembers } from "./source";
import { permanentTables } from "./tables";
import { BLOCK_BYTES, parseTarHeader } from "./tar";
import { writeBackup } from "./write";

const SECRETS = { auth_secret: TEST_ENVIRONMENT.AUTH_SECRET, encryption_keys: TEST_ENVIRONMENT.ENCRYPTION_KEYS };
const OWN_NOTES = ["system_log", "_prisma_migrations", "lease"];

let database: TestDatabase;
let folder: string;
let count = 0;
beforeAll(async () => {
  database = await startTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "dozor-backup-"));
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

const newFile = () => path.join(folder, `${count++}.tar`);
const ALL = await readMigrations(path.resolve("prisma/migrations"));

/** A database at a state of the schema, with a day of work in it. */
async function dayAt(state: string): Promise<string> {
  const url = await database.createDatabase({ empty: true });
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  const applied = ALL.filter(({ name }) => name <= state);
  await within(url, async (client) => {
    await client.query("BEGIN");
    await migrateWithin(client, applied);
    await writeDay(client, { has: (start) => applied.some(({ name }) => name.startsWith(start)) }, 10);
    await client.query("COMMIT");
  });
  return url;
}

async function within<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function write(url: string, file = newFile()): Promise<string> {
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  return writeBackup({ file, secrets: SECRETS, inside: SECRETS }).then(() => file);
}

async function envelopeOf(file: string): Promise<Envelope> {
  const envelope: Partial<Envelope> = {};
  for await (const _ of readMembers(file, (part) => Object.assign(envelope, part)));
  if (!envelope.manifest || !envelope.end) throw new Error("no envelope");
  return { manifest: envelope.manifest, end: envelope.end };
}

/** Into an empty database; its address. */
async function load(file: string, envelope?: Envelope): Promise<{ url: string; pending: string[] }> {
  const url = await database.createDatabase({ empty: true });
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  return { url, pending: await loadBackup({ file, envelope: envelope ?? (await envelopeOf(file)) }) };
}

describe("a backup", () => {
  it("of an older schema is restored as it was, and brought up to date by the next start", async () => {
    const older = await dayAt("0005_accounts");
    const before = await contentsOf(older, { without: OWN_NOTES });
    const { url, pending } = await load(await write(older));
    expect(pending[0]).toBe("0006_shared_aggregates");
    expect(await contentsOf(url, { without: OWN_NOTES })).toEqual(before);
    expect(await shapeOf(url)).toEqual(await shapeOf(older));
    expect(await migrate(url)).toEqual(pending);
  });

  it("holds every permanent table but leases, and nothing of others in the same database", async () => {
    const url = await dayAt("9999");
    await within(url, (client) => client.query("CREATE TABLE of_others AS SELECT 1 AS n"));
    const { manifest } = await envelopeOf(await write(url));
    const held = manifest.tables.map(({ name }) => name);
    const there = Object.keys(await contentsOf(url));
    expect(there.filter((name) => !held.includes(name))).toEqual(["_prisma_migrations", "lease", "of_others"]);
    expect(held.filter((name) => !there.includes(name))).toEqual([]);
    expect(permanentTables(ALL)).not.toContain("latest");
  });

  it("holds a piece of history that comes while it waits for its locks", async () => {
    const url = await dayAt("9999");
    const monday = Math.floor(OPEN / 3_600_000 / 168) * 168 + 96 + 168 * 10;
    await within(url, async (client) => {
      const other = new pg.Client({ connectionString: url });
      await other.connect();

      await client.query("BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE");
      const writing = write(url);
      await waiting(other, "LOCK TABLE%ACCESS SHARE%");
      await other.query("CREATE TABLE sample_data_later (LIKE sample_data INCLUDING ALL)");
      await other.query(
        `ALTER TABLE sample_data ATTACH PARTITION sample_data_later FOR VALUES FROM (${monday}) TO (${monday + 168})`,
      );
      await other.query("INSERT INTO sample_data VALUES (1, $1, '{}', '')", [monday]);
      await client.query("COMMIT");
      const { manifest, end } = await envelopeOf(await writing);
      expect(manifest.tables.map(({ name }) => name)).toContain("sample_data_later");
      expect(end.rows.sample_data_later).toBe(1);
      await other.end();
    });
  });

  it("stops at a wrong key, which could not read what it holds", async () => {
    const url = await dayAt("9999");
    provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT, ENCRYPTION_KEYS: "1:Zb6yHn3kXq9wPf4vTs7mKd2rGj8cLe5u" });
    const file = newFile();
    await expect(writeBackup({ file, secrets: SECRETS, inside: {} })).rejects.toThrow("the key 1 is not the one");
    expect(() => readFileSync(file)).toThrow("ENOENT");
  });

  it("that is changed between the check and the loading leaves nothing in the database", async () => {
    const file = await write(await dayAt("9999"));
    const envelope = await envelopeOf(file);
    const bytes = readFileSync(file);
    const header = bytes.indexOf("tables/key_check/00001.copy\0");
    const { size } = parseTarHeader(bytes.subarray(header, header + BLOCK_BYTES)) ?? { size: 0 };
    // The last byte of a time, before the two that end the rows: COPY sees nothing wrong.
    const at = header + BLOCK_BYTES + size - 3;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const url = await database.createDatabase({ empty: true });
    provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
    await expect(loadBackup({ file, envelope })).rejects.toThrow("is damaged");
    expect(await contentsOf(url)).toEqual({});
  });
});

async function waiting(client: pg.Client, statement: string): Promise<void> {
  for (;;) {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE $1 AND datname = current_database()",
      [statement],
    );
    if (rowCount) return;
  }
}

describe("a file that is no whole backup", () => {
  let whole: Buffer;
  let file: string;
  beforeAll(async () => {
    file = newFile();
    whole = readFileSync(await write(await dayAt("9999")));
  });
  const read = async (bytes: Buffer): Promise<string> => {
    writeFileSync(file, bytes);
    return envelopeOf(file).then(
      () => "whole",
      (error: Error) => (error.name === "StartError" ? error.message : `${error.stack}`),
    );
  };

  it("is told apart wherever it is cut off", async () => {
    const cut = fc.integer({ min: 0, max: whole.length - 1 });
    await fc.assert(
      fc.asyncProperty(cut, async (length) => {
        expect(await read(whole.subarray(0, length))).toMatch(/is not complete|is no backup|is damaged/);
      }),
      { numRuns: 150, examples: [[0], [511], [512], [whole.length - 1], [whole.length - 1_024]] },
    );
  });

  it("is told apart whichever byte was changed", async () => {
    const end = whole.lastIndexOf("end.json\0");
    const change = fc.tuple(fc.integer({ min: 0, max: whole.length - 1 }), fc.integer({ min: 1, max: 255 }));
    await fc.assert(
      fc.asyncProperty(change, async ([at, by]) => {
        const changed = Buffer.from(whole);
        changed[at] = (changed[at] ?? 0) ^ by;
        const told = await read(changed);
        // Behind the checksum: numbers of rows, which are held against what is loaded, and padding.
        if (at < end) expect(told).toMatch(/is not complete|is no backup|is damaged|newer Dozor/);
        expect(told).not.toMatch(/at /);
      }),
      { numRuns: 150 },
    );
  });

  it("is refused in a sentence of its own, by what it is", async () => {
    expect(await read(Buffer.from("PGDMP"))).toContain("is no backup of Dozor");
    expect(await read(Buffer.alloc(4_096))).toContain("is no backup of Dozor");
    expect(await read(Buffer.concat([whole, Buffer.alloc(1)]))).toContain("is damaged");
    const later = Buffer.from(whole);
    later.write('"version": 2', later.indexOf('"version": 1'));
    expect(await read(later)).toContain("made by a newer Dozor");
    expect(await read(whole)).toBe("whole");
  });
});
