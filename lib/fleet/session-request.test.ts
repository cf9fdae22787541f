import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { listen, pool } from "../db";
import { askCollector } from "./session-request";

useDatabase();

const REQUEST = { verb: "cancel", pid: 7, backendStart: "2026-01-01T00:00:00.000001Z" } as const;
const GONE = { outcome: "gone", usename: null, datname: null, backend_type: null } as const;
const TAKE = "UPDATE session_request SET taken_at = now() WHERE taken_at IS NULL";
const ANSWER = "UPDATE session_request SET result = $1";

beforeEach(async () => {
  await pool().query("TRUNCATE session_request");
});

it("is told again until somebody takes it, and the answer is found though nobody told of it", async () => {
  const asking = askCollector(2, REQUEST, 5_000);
  await sleep(300);
  let heard = 0;
  const stop = await listen("dozor_end_session", async () => {
    heard += 1;
    await pool().query(TAKE);
    await pool().query(ANSWER, [JSON.stringify(GONE)]);
  });
  expect(await asking).toEqual(GONE);
  expect(heard).toBe(1);
  await stop();
});

it("is answered as soon as the answer is told", async () => {
  const began = performance.now();
  const asking = askCollector(2, REQUEST, 5_000);
  await expect.poll(async () => (await pool().query("SELECT FROM session_request")).rowCount).toBe(1);
  await pool().query(TAKE);
  await pool().query(ANSWER, [JSON.stringify(GONE)]);
  await pool().query("SELECT pg_notify('dozor_session_ended', id::text) FROM session_request");
  expect(await asking).toEqual(GONE);
  expect(performance.now() - began).toBeLessThan(1_000);
});

it("that nobody takes is given up, so that nobody takes it later", async () => {
  expect(await askCollector(2, REQUEST, 100)).toBe("not_taken");
  expect((await pool().query(TAKE)).rowCount).toBe(0);
});

it("that was taken and not answered may have been carried out", async () => {
  const asking = askCollector(2, REQUEST, 600);
  await expect.poll(async () => (await pool().query(TAKE)).rowCount).toBe(1);
  expect(await asking).toBe("unknown");
});

it("costs one connection, however many wait, and none when nobody does", async () => {
  const listeners = async () => {
    const { rows } = await pool().query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN "dozor_session_ended"%'`,
    );
    return rows.length;
  };
  const asking = Array.from({ length: 12 }, () => askCollector(2, REQUEST, 5_000));
  await expect.poll(async () => (await pool().query("SELECT FROM session_request")).rowCount).toBe(12);
  expect(await listeners()).toBe(1);
  await pool().query(TAKE);
  await pool().query(ANSWER, [JSON.stringify(GONE)]);
  await pool().query("SELECT pg_notify('dozor_session_ended', id::text) FROM session_request");
  expect(await Promise.all(asking)).toEqual(asking.map(() => GONE));
  await expect.poll(listeners).toBe(0);
  expect(await askCollector(2, REQUEST, 100)).toBe("not_taken");
});
