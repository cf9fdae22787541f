// One transaction on one pooled connection: all of it or nothing.
import type pg from "pg";
import { pool } from "../db";

/** Who did not answer the work is not asked to undo it for as long once more. */
const ROLLBACK: pg.QueryConfig & { query_timeout: number } = { text: "ROLLBACK", query_timeout: 2_000 };

/**
 * Runs `work` between BEGIN and COMMIT.
 * @param mode what follows BEGIN, e.g. `ISOLATION LEVEL REPEATABLE READ READ ONLY`
 * @throws what `work` or COMMIT throws; nothing is kept then
 */
export async function transaction<T>(work: (client: pg.ClientBase) => Promise<T>, mode = ""): Promise<T> {
  const client = await pool().connect();
  let broken = true;
  try {
    await client.query(`BEGIN ${mode}`);
    const result = await work(client);
    await client.query("COMMIT");
    broken = false;
    return result;
  } catch (error) {
    broken = await client.query(ROLLBACK).then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    // A connection that cannot even roll back is not given to the next one.
    client.release(broken);
  }
}
