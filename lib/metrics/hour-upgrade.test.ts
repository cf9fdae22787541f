// Hours stored by versions before: every slot's aggregate for itself, later equal ones once, all of the same length.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { startTestDatabase } from "../../tests/support/database";
import { migrate, readMigrations } from "../migrate";
import { AGGREGATE_SQL, type Aggregate, decodeAggregate, decodeHour, encodeHour, SLOTS_SQL } from "./hour";

const ALL = path.resolve("prisma/migrations");
/** Some of which are decimals. */
const hour: Aggregate[] = Array.from({ length: 64 }, (_, i) => ({
  ...{ n: i, sum: i / 8, min: -i, max: i % 2 === 0 ? 1e300 : i, last: 0 },
}));

/** As it was written then: 36 bytes per slot, one after the other. */
const before = (aggregates: readonly Aggregate[]) =>
  Buffer.concat(
    aggregates.map(({ n, sum, min, max, last }) => {
      const bytes = Buffer.alloc(36);
      bytes.writeUInt32BE(n);
      for (const [i, value] of [sum, min, max, last].entries()) bytes.writeDoubleBE(value, 4 + 8 * i);
      return bytes;
    }),
  );

it("keeps what was stored before aggregates were shared", async () => {
  const database = await startTestDatabase();
  const older = mkdtempSync(path.join(tmpdir(), "dozor-migrations-"));
  const url = await database.createDatabase({ empty: true });
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    for (const { name } of await readMigrations(ALL))
      if (name < "0006") cpSync(path.join(ALL, name), path.join(older, name), { recursive: true });
    await migrate(url, older);
    await client.query("CREATE TABLE sample_hour_all PARTITION OF sample_hour DEFAULT");
    for (const slots of [0, 1, 64])
      await client.query("INSERT INTO sample_hour VALUES (1, $1, $2)", [slots, before(hour.slice(0, slots))]);
    await migrate(url, ALL);
    // Beside them, as they are written now.
    for (const slots of [0, 1, 64])
      await client.query("INSERT INTO sample_hour VALUES (2, $1, $2)", [slots, encodeHour(hour.slice(0, slots))]);
    const { rows } = await client.query<{ hour: number; agg: Buffer; cut: Buffer[] }>(
      `SELECT hour, agg, ARRAY(SELECT ${AGGREGATE_SQL} FROM generate_series(1, ${SLOTS_SQL}) AS slot ORDER BY slot) AS cut
       FROM sample_hour`,
    );
    expect(rows).toHaveLength(6);
    for (const row of rows) {
      expect(decodeHour(row.agg)).toEqual(hour.slice(0, row.hour));
      expect(row.cut.map((bytes) => decodeAggregate(bytes, 0))).toEqual(hour.slice(0, row.hour));
    }
  } finally {
    await client.end();
    await database.stop();
    rmSync(older, { recursive: true, force: true });
  }
});
