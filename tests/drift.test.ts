// prisma/schema.prisma describes exactly what the migrations make: Prisma's own engine compares them.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import * as bindings from "@prisma/schema-engine-wasm/schema_engine_bg";
import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestDatabase, type TestDatabase } from "./support/database";

const require = createRequire(import.meta.url);

/** The engine's own entry imports its .wasm as a module, which Node does not do. */
async function loadEngine(): Promise<typeof bindings.SchemaEngine> {
  // Where the engine leaves the message of a panic.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => process.stderr.write(message) },
  });
  const file = path.join(path.dirname(require.resolve("@prisma/schema-engine-wasm")), "schema_engine_bg.wasm");
  const { instance } = await WebAssembly.instantiate(readFileSync(file), {
    "./schema_engine_bg.js": bindings as unknown as WebAssembly.ModuleImports,
  });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings.SchemaEngine;
}

/** OIDs of the catalogs' one-byte "char", which the adapter does not know, and of a type no catalog has. */
const CHAR = 18;
const MONEY = 790;

/** A pool and an adapter that carry "char" columns through to the engine, disguised as money on their way. */
function adapterFor(pool: pg.Pool): object {
  const query = pool.query.bind(pool) as (config: pg.QueryConfig) => Promise<pg.QueryResult>;
  const disguised = async (config: pg.QueryConfig) => {
    const result = await query(config);
    for (const field of result.fields) if (field.dataTypeID === CHAR) field.dataTypeID = MONEY;
    return result;
  };
  const factory = new PrismaPg(Object.assign(pool, { query: disguised }));
  const connect = factory.connect.bind(factory);
  const connectWithChar = async () => {
    const adapter = await connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (sql) => {
      const result = await queryRaw(sql);
      const { Numeric, Character } = utilities.ColumnTypeEnum;
      return { ...result, columnTypes: result.columnTypes.map((type) => (type === Numeric ? Character : type)) };
    };
    return adapter;
  };
  // It comes with @prisma/adapter-pg.
  const utilities = createRequire(require.resolve("@prisma/adapter-pg"))("@prisma/driver-adapter-utils");
  return utilities.bindMigrationAwareSqlAdapterFactory(Object.assign(factory, { connect: connectWithChar }));
}

let Engine: typeof bindings.SchemaEngine;
let database: TestDatabase;
beforeAll(async () => {
  Engine = await loadEngine();
  database = await startTestDatabase();
});
afterAll(() => database.stop());

/** The SQL that would turn the database into what the schema says; empty if they agree. */
async function difference(url: string, schema: string): Promise<string> {
  const files = [{ path: "schema.prisma", content: schema }];
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  // Parts, not the address: with an address the engine was seen to replay migrations on the database itself.
  const pool = new pg.Pool({ host, port, user, password, database });
  const engine = await Engine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, adapterFor(pool));
  const { stdout } = await engine.diff({
    from: { tag: "schemaDatasource", files, configDir: "." },
    to: { tag: "schemaDatamodel", files },
    script: true,
    exitCode: true,
    filters: { externalTables: ["public._prisma_migrations"], externalEnums: [] },
  });
  engine.free();
  await pool.end();
  return (stdout ?? "").replace("-- This is an empty migration.", "").trim();
}

const schema = readFileSync("prisma/schema.prisma", "utf8");

test("the schema and the migrated database agree", async () => {
  expect(await difference(database.url, schema)).toBe("");
});

test("a difference would be seen", async () => {
  expect(
    await difference(database.url, schema.replace("login              String", "login              Int")),
  ).toContain('"login"');
  expect(await difference(await database.createDatabase({ empty: true }), schema)).toContain('CREATE TABLE "users"');
});
