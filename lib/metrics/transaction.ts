// Several statements on one pooled connection; as a transaction, all of them or none.
import type pg from "pg";
import { pool } from "../db";

/** Who did not answer the work is not asked to undo it for as long once more. */
const ROLLBACK: pg.QueryConfig & { query_timeout: number } = { text: "ROLLBACK", query_timeout: 2_000 };

/** A connection lost between two statements is told to the next one; unheard, the event would end the process. */
const ignore = (): void => {};

/**
 * Runs `work` between BEGIN and COMMIT.
 * @param mode what follows BEGIN, e.g. `ISOLATION LEVEL REPEATABLE READ READ ONLY`
 * @throws what `work` or COMMIT throws; nothing is kept then
 */
export async function transaction<T>(work: (client: pg.ClientBase) => Promise<T>, mode = ""): Promise<T> {
  const client = await pool().connect();
  client.on("error", ignore);
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
    client.off("error", ignore);
    client.release(broken);
  }
}

/** Runs `work` on one connection without a transaction around it: each statement is kept on its own. */
export async function session<T>(work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool().connect();
  client.on("error", ignore);
  let broken = true;
  try {
    const result = await work(client);
    broken = false;
    return result;
  } finally {
    client.off("error", ignore);
    client.release(broken);
  }
}
