// A day that any earlier version wrote is there after the upgrade, for the verbs of today.
import path from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listActivity } from "../lib/activity/queries";
import { adoptAuditLog } from "../lib/audit/append";
import { listAudit } from "../lib/audit/queries";
import { verifyAgainst } from "../lib/audit/verification";
import { pool, prisma } from "../lib/db";
import { provideEnv } from "../lib/env";
import { serverByName } from "../lib/fleet/queries";
import { HOUR_MS } from "../lib/metrics/hour";
import { readRaw, readSeries } from "../lib/metrics/read";
import { sealHours } from "../lib/metrics/seal";
import { migrate, migrateWithin, readMigrations } from "../lib/migrate";
import { decrypt, SEALED_COLUMNS, verifyKeys } from "../lib/secrets";
import { readSettings } from "../lib/settings/queries";
import { privateKeyOf } from "../lib/ssh-keys/use";
import { listEvents, listPlays } from "../lib/streams/history";
import { channelDetail } from "../lib/streams/queries";
import { listLogs } from "../lib/syslog/queries";
import { findApiToken } from "../lib/users/api-tokens";
import { systemActor } from "../lib/users/permissions";
import { readUser } from "../lib/users/queries";
import { findSession } from "../lib/users/sessions";
import { openSession } from "../lib/users/sign-in";
import { startTestDatabase, TEST_ENVIRONMENT, type TestDatabase } from "./support/database";
import { averages, SERIES, stepValues, TIMES } from "./support/earlier-blocks";
import {
  OPEN,
  PASSWORD,
  RECOVERY,
  REDUCED,
  SEALED,
  SESSION,
  TOKEN,
  USER,
  type Written,
  writeDay,
} from "./support/earlier-day";
import { leaveDatabase } from "./support/leave";

const ALL = await readMigrations(path.resolve("prisma/migrations"));
/** From the first that could hold a day of work. */
const STATES = ALL.map(({ name }) => name).filter((name) => name >= "0003");
const NAME = "orders / 100 %";
const actor = systemActor();

let database: TestDatabase;
beforeAll(async () => {
  database = await startTestDatabase();
});
afterAll(async () => {
  await leaveDatabase();
  await database.stop();
});

/** A database in which that version worked for a day; then this one starts on it. */
async function upgradeFrom(state: string): Promise<Written> {
  await leaveDatabase();
  const url = await database.createDatabase({ empty: true });
  provideEnv({ DATABASE_URL: url, ...TEST_ENVIRONMENT });
  const applied = ALL.filter(({ name }) => name <= state);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query("BEGIN");
  await migrateWithin(client, applied);
  const has = (start: string) => applied.some(({ name }) => name.startsWith(start));
  const written = await writeDay(client, { has }, 100 * applied.length);
  await client.query("COMMIT");
  await client.end();
  const done = await migrate(url);
  expect(done).toEqual(ALL.slice(applied.length).map(({ name }) => name));
  await verifyKeys(pool());
  await prisma().$transaction((transaction) => adoptAuditLog(transaction, done));
  return written;
}

const selectors = SERIES.map(({ metric }) => ({ metric }));
const hourFrom = (subject: number, from: number) => ({ subject, selectors, from, to: from + HOUR_MS });

async function expectSamples(subject: number, from: number): Promise<void> {
  const raw = await readRaw({ ...hourFrom(subject, from), limit: 1_000 });
  expect(raw.ts).toEqual(TIMES.map((offset) => (from + offset) / 1_000));
  expect(raw.series.map(({ metric, values }) => ({ metric, values }))).toEqual(SERIES);
}

describe.each(STATES)("a day written at %s", (state) => {
  let written: Written;
  beforeAll(async () => {
    written = await upgradeFrom(state);
  });
  const since = (migration: string) => state >= migration;

  it("keeps people, their sessions and tokens", async () => {
    expect(await readUser(actor, "anna")).toMatchObject({
      email: "anna@example.org",
      role: "operator",
      status: "active",
    });
    expect(await readUser(actor, "bob")).toMatchObject({ role: "viewer", status: "blocked" });
    const now = new Date();
    expect((await findSession("browser", SESSION, now))?.user).toMatchObject({
      login: "anna",
      language: "ru",
      theme: "dark",
    });
    const otp = since("0005") ? RECOVERY : undefined;
    const client = { ip: null, userAgent: null };
    const signedIn = await openSession({ username: "anna", password: PASSWORD, otp }, { kind: "bearer", client });
    expect(signedIn.userId).toBe(USER);
    if (since("0005")) expect((await findApiToken(TOKEN, null, now))?.scopes).toEqual(["servers:read"]);
  });

  it("keeps servers and every secret", async () => {
    expect(await serverByName(actor, NAME)).toMatchObject({
      id: written.server,
      labels: { team: "shop" },
      enabled: false,
    });
    let sealed = 0;
    for (const { table, column } of SEALED_COLUMNS) {
      const { rows } = await pool().query<{ id: string; value: string }>(
        `SELECT id::text AS id, ${column} AS value FROM ${table} WHERE ${column} IS NOT NULL`,
      );
      for (const { id, value } of rows) expect(decrypt(value, `${table}:${column}:${id}`)).not.toBe("");
      sealed += rows.length;
    }
    expect(sealed).toBe(1 + (since("0005") ? 1 : 0) + (since("0010") ? 2 : 0) + (since("0013") ? 2 : 0));
    if (since("0010"))
      expect(await privateKeyOf(pool(), 1)).toMatchObject({ name: "deploy", privateKey: "the private key" });
  });

  it("keeps history in every form, and seals what was open", async () => {
    await expectSamples(written.server, SEALED);
    await expectSamples(written.server, OPEN);
    const hours = await readSeries({ ...hourFrom(written.server, SEALED), stepSeconds: 3_600 });
    expect(hours.series.map(({ avg }) => avg[0])).toEqual(averages().map((value) => expect.closeTo(value, 9)));
    if (since("0004")) {
      const steps = await readRaw({ ...hourFrom(written.server, REDUCED), limit: 100 });
      expect(steps.stepSeconds).toBe(300);
      const close = (value: number | null) => (value === null ? null : expect.closeTo(value, 9));
      expect(steps.series.map(({ values }) => values)).toEqual(SERIES.map((_, slot) => stepValues(slot).map(close)));
    }
    await sealHours(OPEN + 2 * HOUR_MS);
    expect((await pool().query("SELECT FROM sample_head")).rowCount).toBe(0);
    await expectSamples(written.server, OPEN);
  });

  it("keeps settings, events, logs and an audit chain that holds and goes on", async () => {
    expect((await readSettings(actor)).retention_days).toMatchObject({ value: 25, updated_by: "anna" });
    const { events } = await listActivity(actor, { limit: 10 });
    expect(events.map(({ type, message }) => [type, message])).toEqual([["settings_changed", "Settings changed"]]);
    const logs = await listLogs(actor, { limit: 10, offset: 0, level: ["error"] });
    expect(JSON.stringify(logs)).toContain("no answer");
    const audit = await listAudit(actor, { limit: 10, offset: 0 });
    expect(audit.items.map(({ event_type }) => event_type).slice(-3)).toEqual([
      "server_created",
      "settings_update",
      "login_success",
    ]);
    expect(await verifyAgainst([])).toMatchObject({ problems: [] });
    expect((await prisma().auditAnchor.findMany()).map(({ kind }) => kind)).toContain("head");
  });

  if (since("0013"))
    it("keeps channels, what was played, and their timers", async () => {
      expect(await channelDetail(actor, "ice:/live")).toMatchObject({
        name: "Radio",
        webhook: { url: "https://hooks.example.org/", has_secret: true },
        auto_end: { own: { timeout_seconds: 600, warnings: since("0015_warnings") ? [120, 30] : null } },
      });
      const page = { limit: 10 };
      expect((await listPlays(actor, "ice:/live", page)).plays).toMatchObject([{ track: { title: "Lark" } }]);
      expect((await listEvents(actor, "ice:/live", page)).events).toMatchObject([{ event: "started", event_id: "e1" }]);
    });
});
