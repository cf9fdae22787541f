// Our own database behind a real PgBouncer that lends its connections for a transaction only.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pool } from "../../lib/db";
import { provideEnv } from "../../lib/env";
import { HOUR_MS } from "../../lib/metrics/hour";
import { readRaw, readSeries } from "../../lib/metrics/read";
import { sealHours } from "../../lib/metrics/seal";
import { writeSamples } from "../../lib/metrics/write";
import { TEST_ENVIRONMENT, useDatabase } from "../support/database";
import { targetOf } from "./support/peers";
import { type Pooler, startPgBouncer } from "./support/pgbouncer";

const database = useDatabase();
const START = Date.UTC(2026, 10, 16);
let pooler: Pooler | undefined;

beforeAll(async () => {
  const server = targetOf(database.url);
  const address = new URL(database.url);
  pooler = await startPgBouncer(
    server,
    { [address.username]: decodeURIComponent(address.password) },
    { pool_mode: "transaction", default_pool_size: 2 },
  );
  const direct = database.url;
  address.port = `${pooler.port}`;
  provideEnv({ DATABASE_URL: address.href, DATABASE_DIRECT_URL: direct, ...TEST_ENVIRONMENT });
});
afterAll(() => pooler?.stop());

describe("history behind a pooler", () => {
  it("is written, sealed and read by many at once over two connections", async () => {
    const { rows } = await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
    const subject: number = rows[0].id;
    await writeSamples(
      Array.from({ length: 720 }, (_, i) => ({
        subject,
        probe: "disk",
        ts: START + i * 10_000,
        rows: [{ labels: { device: "sda" }, values: { busy: i } }],
      })),
    );
    await sealHours(START + HOUR_MS + 120_000);
    const range = { subject, selectors: [{ metric: "disk.busy" }], from: START, to: START + 2 * HOUR_MS };
    const all = Array.from({ length: 720 }, (_, i) => i);
    const answers = await Promise.all([
      ...Array.from({ length: 12 }, (_, i) => readSeries({ ...range, stepSeconds: 10 * (i + 1) })),
      readRaw({ ...range, limit: 1_000 }),
    ]);
    expect(answers[0]).toMatchObject({ series: [{ avg: all }] });
    expect(answers[12]).toMatchObject({ series: [{ values: all }] });
    const days = await readSeries({ ...range, to: START + 24 * HOUR_MS, stepSeconds: 3_600 });
    expect(days.series[0]?.max.slice(0, 3)).toEqual([359, 719, null]);
  });
});
