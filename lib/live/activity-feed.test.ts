// Events reach who follows the feed: at once, once, late ones too, and without what they may not see.
import { afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser, eventually, type LiveClient, signIn, useLive } from "../../tests/support/live";
import { appendActivity } from "../activity/append";
import { NEWEST_EVENTS } from "../activity/schema";
import { pool, prisma } from "../db";
import { serverMessageSchema } from "./messages";

useDatabase();
const live = useLive();
let admin: Record<string, string>;

beforeAll(async () => {
  admin = (await signIn(await createUser("ada", "admin"))).headers;
});
beforeEach(() => pool().query("TRUNCATE activity_events"));
// What nobody follows is forgotten: each test begins with an empty feed.
afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.terminate();
  await eventually(() => expect(live.app.live.connections()).toBe(0));
});

const clients: LiveClient[] = [];
function connect(headers: Record<string, string>): LiveClient {
  const client = live.app.connect(headers);
  clients.push(client);
  return client;
}

const append = (message: string, email: string | null = null) =>
  appendActivity(prisma(), {
    type: "user_login",
    severity: "info",
    message,
    actor: { login: "oleg", email },
  });

async function follow(headers = live.bearer): Promise<LiveClient> {
  const client = connect(headers);
  await client.first("snapshot");
  client.send({ type: "subscribe", topics: ["activity"] });
  await client.first("activity", ({ data }) => data.newest);
  return client;
}

const told = (client: LiveClient) => client.of("activity").flatMap(({ data }) => data.events.map((one) => one.message));

describe("topic activity", () => {
  it("tells the newest events on subscribing, then each new one within a second", async () => {
    await append("before");
    const client = await follow();
    expect(told(client)).toEqual(["before"]);
    const began = performance.now();
    await append("after");
    const message = await client.first("activity", ({ data }) => !data.newest);
    expect(performance.now() - began).toBeLessThan(1_000);
    expect(message.data.events).toMatchObject([{ message: "after", user_email: null, actor: "oleg" }]);
    expect(serverMessageSchema.parse(message)).toEqual(message);
  });

  it("tells nobody who did not ask, nor after unsubscribing, and nothing that was taken back", async () => {
    const [client, other, left] = [await follow(), connect(live.bearer), await follow()];
    left.send({ type: "unsubscribe", topics: ["activity"] });
    left.send({ type: "ping" });
    await left.first("pong");
    await prisma()
      .$transaction(async (transaction) => {
        await appendActivity(transaction, { type: "system_error", severity: "error", message: "taken back" });
        throw new Error("no");
      })
      .catch(() => {});
    await append("seen");
    await eventually(() => expect(new Set(told(client))).toEqual(new Set(["seen"])));
    expect(told(other)).toEqual([]);
    expect(told(left)).toEqual([]);
  });

  it("shows e-mails to administrators only", async () => {
    await append("first", "oleg@example.net");
    const [viewer, ada] = [await follow(), await follow(admin)];
    await append("second", "oleg@example.net");
    const emails = (client: LiveClient) =>
      client.of("activity").flatMap(({ data }) => data.events.map((one) => one.user_email));
    await eventually(() => expect(emails(ada)).toEqual(["oleg@example.net", "oleg@example.net"]));
    await eventually(() => expect(emails(viewer)).toEqual([null, null]));
    expect(JSON.stringify(viewer.messages)).not.toContain("oleg@example.net");
  });

  it("tells of an event that commits after one with a greater id", async () => {
    const client = await follow();
    const late = await pool().connect();
    try {
      await late.query("BEGIN");
      await late.query(
        `WITH event AS (INSERT INTO activity_events (type, severity, message) VALUES ('server_up', 'info', 'late') RETURNING id)
         SELECT pg_notify('dozor_activity', id::text) FROM event`,
      );
      await append("early");
      await eventually(() => expect(told(client)).toEqual(["early"]));
      await late.query("COMMIT");
    } finally {
      late.release(true);
    }
    await eventually(() => expect(told(client)).toEqual(["early", "late"]));
    const newest = (await follow()).of("activity").find(({ data }) => data.newest);
    expect(newest?.data.events.map(({ message }) => message)).toEqual(["early", "late"]);
  });

  it("leaves out nothing that happened while a client was away", async () => {
    const first = await follow();
    await append("one");
    await eventually(() => expect(told(first)).toEqual(["one"]));
    first.socket.terminate();
    await append("two");
    await append("three");
    const newest = (await follow()).of("activity").find(({ data }) => data.newest);
    expect(newest?.data.events.map(({ message }) => message)).toEqual(["three", "two", "one"]);
  });

  it("does not give a newcomer what was read for somebody who has left", async () => {
    const hasty = connect(live.bearer);
    await hasty.first("snapshot");
    hasty.send({ type: "subscribe", topics: ["activity"] });
    hasty.send({ type: "unsubscribe", topics: ["activity"] });
    hasty.send({ type: "ping" });
    await hasty.first("pong");
    await new Promise((done) => setTimeout(done, 200));
    await append("since then");
    await new Promise((done) => setTimeout(done, 200));
    expect(told(hasty)).toEqual([]);
    expect(told(await follow())).toEqual(["since then"]);
  });

  it("catches up after the database broke the listener's connection", async () => {
    const client = await follow();
    await pool().query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'dozor-listen'",
    );
    await append("while nobody listened");
    await eventually(() => expect(told(client)).toContain("while nobody listened"));
  });

  it("gives the newest ones when more happens at once than anybody is shown", async () => {
    const client = await follow();
    await prisma().$transaction(async (transaction) => {
      for (let n = 0; n < 200; n += 1)
        await appendActivity(transaction, { type: "server_up", severity: "info", message: `n${n}` });
    });
    const newest = await client.first("activity", ({ data }) => data.newest && data.events.length > 0);
    expect(newest.data.events.map(({ message }) => message)).toEqual(
      Array.from({ length: NEWEST_EVENTS }, (_, n) => `n${199 - n}`),
    );
    expect(told(client).length).toBeLessThan(200);
  });

  it("reaches everybody when 20 write at once", async () => {
    const followers = [await follow(), await follow(), await follow(admin)];
    const writer = async (name: number) => {
      for (let n = 0; n < 10; n += 1) {
        await append(`${name}/${n}`);
        await new Promise((done) => setTimeout(done, 100));
      }
    };
    await Promise.all(Array.from({ length: 20 }, (_, name) => writer(name)));
    await append("last");
    const { rows } = await pool().query<{ id: string }>("SELECT id FROM activity_events ORDER BY id DESC LIMIT $1", [
      NEWEST_EVENTS,
    ]);
    for (const client of followers) {
      // What a page keeps: whatever came, by id.
      await eventually(() => {
        const known = new Set(client.of("activity").flatMap(({ data }) => data.events.map(({ id }) => id)));
        expect(rows.filter(({ id }) => !known.has(Number(id)))).toEqual([]);
      });
    }
  });
});
