import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { createBatchWriter } from "./write-batches";

useDatabase();
const START = Date.UTC(2027, 0, 4, 12);
let subject = 0;
const batchAt = (second: number) => ({
  subject,
  probe: "p",
  ts: START + second * 1000,
  rows: [{ labels: {}, values: { v: second } }],
});
const stored = async () => {
  const { rows } = await pool().query<{ second: number }>(
    "SELECT ((ts - $1) / 1000)::int AS second FROM sample_head ORDER BY ts",
    [START],
  );
  return rows.map(({ second }) => second);
};

/** Lets writing fail, with an error that does not tell whose fault it is, where the condition on `new` holds. */
const breakWhere = (condition: string) =>
  pool().query(`
    CREATE OR REPLACE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''index is broken'' USING ERRCODE = ''XX002''; END';
    CREATE OR REPLACE TRIGGER fail BEFORE INSERT ON sample_head FOR EACH ROW WHEN (${condition}) EXECUTE FUNCTION fail()`);

beforeEach(async () => {
  await pool().query("DROP TRIGGER IF EXISTS fail ON sample_head; TRUNCATE sample_head");
  const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  subject = rows[0].id;
});

describe("a batch that fails again and again", () => {
  it("is given up after ten tries when those beside it are written", async () => {
    const write = createBatchWriter();
    await breakWhere(`new.ts = ${START + 2_000}`);
    for (let attempt = 1; attempt < 10; attempt++)
      await expect(write([1, 2, 3].map(batchAt))).rejects.toMatchObject({ code: "XX002" });
    expect(await stored()).toEqual([1, 3]);
    await write([1, 2, 3].map(batchAt));
    expect(await stored()).toEqual([1, 3]);
  });

  it("is given up when others are written at other times", async () => {
    const write = createBatchWriter();
    await breakWhere(`new.ts = ${START + 2_000}`);
    for (let attempt = 1; attempt < 10; attempt++) {
      await expect(write([batchAt(2)])).rejects.toMatchObject({ code: "XX002" });
      await write([batchAt(10 + attempt)]);
    }
    await write([batchAt(20)]);
    await write([batchAt(2)]);
    expect(await stored()).not.toContain(2);
  });

  it("waits as long as nothing at all can be written", async () => {
    const write = createBatchWriter();
    await breakWhere("true");
    const batches = Array.from({ length: 40 }, (_, second) => batchAt(second));
    for (let attempt = 0; attempt < 11; attempt++)
      await expect(write(batches)).rejects.toMatchObject({ code: "XX002" });
    await pool().query("DROP TRIGGER fail ON sample_head");
    await write(batches);
    expect(await stored()).toHaveLength(40);
  });
});
