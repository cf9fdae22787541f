// The activity feed under load: what writing costs with and without telling, how soon it is told, and what reading and trimming take.
import { randomBytes } from "node:crypto";
import { appendActivity } from "../lib/activity/append";
import { listActivity } from "../lib/activity/queries";
import { trimActivity } from "../lib/activity/retention";
import { pool, prisma } from "../lib/db";
import { provideEnv } from "../lib/env";
import { ActivityFeed } from "../lib/live/activity-feed";
import { Hub } from "../lib/live/hub";
import { forgetSettings } from "../lib/settings/queries";
import { systemActor } from "../lib/users/permissions";
import { startTestServer } from "../tests/support/server";
import { calibration } from "./support/measure";

const WRITERS = 20;
const EVENTS = Number(process.env.BENCH_EVENTS ?? 10_000);
/** As many as `activity_keep` allows at most. */
const MANY = Number(process.env.BENCH_MANY ?? 1_000_000);

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0).toFixed(1);
  return `p50 ${at(0.5)}, p99 ${at(0.99)}, max ${at(1)} ms`;
}

/** All writers write their share one after another. */
async function write(title: string, one: (number: number) => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  const writer = async (name: number) => {
    for (let number = name; number < EVENTS; number += WRITERS) {
      const began = performance.now();
      await one(number);
      took.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: WRITERS }, (_, name) => writer(name)));
  const perSecond = EVENTS / ((performance.now() - began) / 1000);
  console.log(`${title}: ${perSecond.toFixed(0)} events/s, each ${quantiles(took)}`);
}

async function time(title: string, what: () => Promise<unknown>, rounds = 20): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await what();
    took.push(performance.now() - began);
  }
  console.log(`${title}: ${quantiles(took)}`);
}

/** Writes with the live feed followed, and prints how long it takes from a commit's begin until everybody was told. */
async function push(): Promise<void> {
  const hub = new Hub();
  const feed = new ActivityFeed(hub);
  const begun = new Map<string, number>();
  const took: number[] = [];
  hub.subscribe("activity", {
    deliver(_, frame) {
      for (const [, message = ""] of frame.plain.toString().matchAll(/"message":"(event \d+)"/g)) {
        const at = begun.get(message);
        if (at !== undefined) took.push(performance.now() - at);
        begun.delete(message);
      }
    },
  });
  await feed.follow("activity");
  await new Promise((done) => setTimeout(done, 500));
  for (let number = 0; number < 500; number += 1) {
    begun.set(`event ${number}`, performance.now());
    await appendActivity(prisma(), { type: "server_up", severity: "info", message: `event ${number}` });
    await new Promise((done) => setTimeout(done, 10));
  }
  await new Promise((done) => setTimeout(done, 500));
  await feed.close();
  console.log(`told live (500 events, one each 10 ms; ${took.length} told): after ${quantiles(took)}`);
}

async function keep(events: number): Promise<void> {
  await pool().query(
    "INSERT INTO settings (key, value) VALUES ('activity_keep', $1) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    [JSON.stringify(events)],
  );
  forgetSettings();
}

const server = await startTestServer({ fsync: "on", synchronous_commit: "on", full_page_writes: "on" });
const secret = () => randomBytes(32).toString("base64url");
provideEnv({ DATABASE_URL: await server.createDatabase(), AUTH_SECRET: secret(), ENCRYPTION_KEYS: `1:${secret()}` });
try {
  console.log(`calibration: ${calibration().toFixed(0)} ms for SHA-256 of 100 MiB`);
  const event = (number: number) =>
    ({ type: "server_up", severity: "info", message: `server-${number} answers again, 100%_up` }) as const;
  await write(`insert only, ${WRITERS} writers`, (number) =>
    pool().query("INSERT INTO activity_events (type, severity, message) VALUES ('server_up', 'info', $1)", [
      event(number).message,
    ]),
  );
  await write(`appendActivity, ${WRITERS} writers`, (number) => appendActivity(prisma(), event(number)));
  await push();
  const list = (query: object) => () => listActivity(systemActor(), { limit: 50, ...query });
  await time(`page of 50 of ${2 * EVENTS}`, list({}));
  await time(`search among ${2 * EVENTS}`, list({ search: "100%_up" }));
  await keep(1_000);
  await time("trimming to 1,000", trimActivity, 1);
  await time("trimming with nothing to do", trimActivity);
  await pool().query(
    `INSERT INTO activity_events (type, severity, message)
     SELECT 'server_up', 'info', 'server-' || n || ' answers again, 100%_up' FROM generate_series(1, $1::int) n`,
    [MANY],
  );
  await pool().query("VACUUM ANALYZE activity_events");
  await keep(1_000_000);
  await time(`page of 50 of ${MANY}`, list({}), 5);
  await time(`search among ${MANY} for what one holds`, list({ search: `server-${MANY - 1} ` }), 5);
  await time(`trimming with nothing to do among ${MANY}`, trimActivity, 5);
} finally {
  await prisma().$disconnect();
  await pool().end();
  await server.stop();
}
