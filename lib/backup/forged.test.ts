// Backups that somebody made up, checksum included: refused in a sentence, and nothing of them stays.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "../../tests/support/database";
import { contentsOf } from "../../tests/support/whole-database";
import { provideEnv } from "../env";
import { StartError } from "../start-error";
import { loadBackup } from "./load";
import type { Envelope, Manifest } from "./manifest";
import { readMembers } from "./source";
import { BLOCK_BYTES, paddingOf, parseTarHeader, TAR_END, tarHeader } from "./tar";
import { writeBackup } from "./write";

interface Content {
  manifest: Manifest;
  rows: Record<string, number>;
  members: [name: string, bytes: Buffer][];
}

let database: TestDatabase;
let folder: string;
let original: Content;
beforeAll(async () => {
  database = await startTestDatabase();
  folder = mkdtempSync(path.join(tmpdir(), "dozor-forged-"));
  provideEnv({ DATABASE_URL: await database.createDatabase(), ...TEST_ENVIRONMENT });
  const file = path.join(folder, "original.tar");
  const { AUTH_SECRET, ENCRYPTION_KEYS } = TEST_ENVIRONMENT;
  await writeBackup({ file, secrets: { auth_secret: AUTH_SECRET, encryption_keys: ENCRYPTION_KEYS }, inside: {} });
  const { envelope, members } = await read(file);
  original = { manifest: envelope.manifest, rows: envelope.end.rows, members };
});
afterAll(async () => {
  await database.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function read(file: string): Promise<{ envelope: Envelope; members: Content["members"] }> {
  const envelope: Partial<Envelope> = {};
  const members: Content["members"] = [];
  for await (const { name, bytes } of readMembers(file, (part) => Object.assign(envelope, part)))
    members.push([name, bytes]);
  const { manifest, end } = envelope;
  if (!manifest || !end) throw new StartError("no envelope");
  return { envelope: { manifest, end }, members };
}

const member = (name: string, bytes: Buffer): Buffer =>
  Buffer.concat([tarHeader({ name, size: bytes.length }, new Date(0)), bytes, Buffer.alloc(paddingOf(bytes.length))]);

/** A file whose checksum holds. */
function forge({ manifest, rows, members }: Content): string {
  const parts = [member("manifest.json", Buffer.from(JSON.stringify(manifest)))];
  for (const [name, bytes] of members) parts.push(member(name, bytes));
  const sha256 = createHash("sha256").update(Buffer.concat(parts)).digest("hex");
  const file = path.join(folder, "forged.tar");
  writeFileSync(
    file,
    Buffer.concat([...parts, member("end.json", Buffer.from(JSON.stringify({ sha256, rows }))), TAR_END]),
  );
  return file;
}

const SETTINGS = { name: "settings", columns: ["key"] };
const withTable = (table: Manifest["tables"][number]): Content => ({
  ...original,
  manifest: { ...original.manifest, tables: [...original.manifest.tables, table] },
  rows: { ...original.rows, [table.name]: 0 },
});
/** Instead of the rows of the first table. */
const withRows = (bytes: Buffer, ending = ".copy.gz"): Content => ({
  ...original,
  members: original.members.map(([name, given], i) =>
    i === 0 ? [name.replace(/\.copy(\.gz)?$/, ending), bytes] : [name, given],
  ),
});
const partition = { parent: "sample_data", from: 1, to: 2, note: null };

it.each<[string, () => Content, RegExp]>([
  ["a table of PostgreSQL", () => withTable({ name: "pg_authid", columns: ["rolname"] }), /it holds pg_authid/],
  ["one as a piece", () => withTable({ ...SETTINGS, name: "pg_proc", partition }), /it holds pg_proc/],
  [
    "a piece of one",
    () => withTable({ ...SETTINGS, name: "pg_proc_1", partition: { ...partition, parent: "pg_proc" } }),
    /it holds pg_proc_1/,
  ],
  ["a table of ours as a piece", () => withTable({ ...SETTINGS, partition }), /it holds settings/],
  [
    "a counter of another table",
    () => ({
      ...original,
      manifest: { ...original.manifest, counters: [{ table: "pg_class", column: "oid", last: "1", called: true }] },
    }),
    /it holds pg_class/,
  ],
  ["far more than is told", () => withRows(gzipSync(Buffer.alloc(65 * 1024 * 1024))), /cannot be loaded: .* larger/],
  ["what is not compressed", () => withRows(Buffer.from("no gzip")), /cannot be loaded: incorrect header check/],
  ["what is no COPY", () => withRows(Buffer.from("nonsense"), ".copy"), /cannot be loaded: COPY file signature/],
])("with %s is refused", async (_, made, message) => {
  const file = forge(made());
  const { envelope } = await read(file);
  const url = await database.createDatabase({ empty: true });
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  const error: Error = await loadBackup({ file, envelope }).then(
    () => new Error("restored"),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  expect(error.message).toMatch(message);
  expect(error.message).toMatch(/Nothing was restored\.$/);
  expect(await contentsOf(url)).toEqual({});
});

it("that is made anew as it was is loaded: the tests above forge nothing else", async () => {
  const file = forge(original);
  const { envelope } = await read(file);
  provideEnv({ DATABASE_URL: await database.createDatabase({ empty: true }), ...TEST_ENVIRONMENT });
  expect(await loadBackup({ file, envelope })).toEqual([]);
});

it("with a member of less than no bytes is damaged", async () => {
  const file = forge(original);
  const bytes = readFileSync(file);
  const second = BLOCK_BYTES + (parseTarHeader(bytes.subarray(0, BLOCK_BYTES))?.size ?? 0);
  const at = second + paddingOf(second);
  const header = bytes.subarray(at, at + BLOCK_BYTES);
  header.write("-0000002000 ", 124, "latin1");
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  writeFileSync(file, bytes);
  await expect(read(file)).rejects.toThrow("is damaged");
});
