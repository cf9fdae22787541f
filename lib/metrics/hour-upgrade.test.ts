// Hours stored by the version before: every slot's aggregate for itself.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { expect, it } from "vitest";
import { startTestDatabase } from "../../tests/support/database";
import { migrate, readMigrations } from "../migrate";
import { type Aggregate, decodeHour, encodeHour } from "./hour";

const ALL = path.resolve("prisma/migrations");
const hour: Aggregate[] = Array.from({ length: 64 }, (_, i) => ({ n: i, sum: i / 8, min: -i, max: 1e300, last: 0 }));

/** As it was written then: 36 bytes per slot, one after the other. */
const before = (aggregates: readonly Aggregate[]) =>
  Buffer.concat(aggregates.map((one) => encodeHour([one]).subarray(2)));

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
    const { rows } = await client.query<{ hour: number; agg: Buffer }>("SELECT hour, agg FROM sample_hour");
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(decodeHour(row.agg)).toEqual(hour.slice(0, row.hour));
  } finally {
    await client.end();
    await database.stop();
    rmSync(older, { recursive: true, force: true });
  }
});
