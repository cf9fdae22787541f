// The stop on its way: long poll, acknowledgement, signed webhook, and what may go wrong with each.
import { createHmac } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { eventually } from "../../tests/support/live";
import { at, commandsOf, onAir, report, turn } from "../../tests/support/streams";
import { pool } from "../db";
import { encrypt } from "../secrets";
import { systemActor } from "../users/permissions";
import { endNow } from "./auto-end/mutations";
import { acknowledge, waitForCommands } from "./commands";
import { beginDeliveries, deliverWebhooks } from "./deliveries";

useDatabase();

const CHANNEL = "-1001";
const me = systemActor();

beforeEach(async () => {
  await pool().query("DELETE FROM channels; TRUNCATE activity_events");
  await onAir(0, CHANNEL, 3);
});

describe("a streamer that waits", () => {
  const listeners = async () => {
    const { rows } = await pool().query(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN "dozor_stream_command"%'`,
    );
    return rows.length;
  };

  it("has its command at once, and again until it has acknowledged it", async () => {
    const waiting = waitForCommands(me, CHANNEL, { waitSeconds: 30 });
    await expect.poll(listeners).toBe(1);
    const began = performance.now();
    await endNow(me, CHANNEL, { reason: "why not" });
    const [command] = await waiting;
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(command).toMatchObject({ command: "stop", reason: "why not" });
    expect(await waitForCommands(me, CHANNEL, { waitSeconds: 30 })).toEqual([command]);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ delivered: true, acknowledged: false }]);
    const id = command?.id ?? 0;
    await acknowledge(me, CHANNEL, id);
    await acknowledge(me, CHANNEL, id);
    expect(await waitForCommands(me, CHANNEL, { waitSeconds: 0 })).toEqual([]);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ acknowledged: true }]);
    await expect.poll(listeners).toBe(0);
  });

  it("has none when the time is up, when it leaves, and when the stop was taken back", async () => {
    expect(await waitForCommands(me, CHANNEL, { waitSeconds: 1 })).toEqual([]);
    const leaving = new AbortController();
    const left = waitForCommands(me, CHANNEL, { waitSeconds: 60, signal: leaving.signal });
    await expect.poll(listeners).toBe(1);
    leaving.abort();
    expect(await left).toEqual([]);
    await endNow(me, CHANNEL);
    await report(10, CHANNEL, { event: "stopped" });
    expect(await waitForCommands(me, CHANNEL, { waitSeconds: 0 })).toEqual([]);
  });

  it("costs one connection, however many wait, and each has its own", async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `c${i}`);
    for (const id of ids) await onAir(0, id, 1);
    const waiting = ids.map((id) => waitForCommands(me, id, { waitSeconds: 30 }));
    await expect.poll(listeners).toBe(1);
    for (const id of ids) await endNow(me, id, { reason: id });
    const answers = await Promise.all(waiting);
    expect(answers.map(([command]) => command?.reason)).toEqual(ids);
    await expect.poll(listeners).toBe(0);
  });

  it("may wait before its channel is there", async () => {
    const waiting = waitForCommands(me, "later", { waitSeconds: 30 });
    await expect.poll(listeners).toBe(1);
    await onAir(0, "later", 1);
    await endNow(me, "later");
    expect(await waiting).toMatchObject([{ command: "stop" }]);
  });

  it("acknowledges its own commands only", async () => {
    await onAir(0, "other", 1);
    await endNow(me, "other");
    const [command] = await commandsOf("other");
    for (const [channel, id] of [
      [CHANNEL, command?.id ?? 0],
      ["other", 99_999_999],
      ["none", command?.id ?? 0],
      ["a\0", 1],
    ] as const)
      await expect(acknowledge(me, channel, id)).rejects.toMatchObject({ code: "not_found" });
    for (const verb of [
      waitForCommands({ ...me, role: "viewer" }, CHANNEL, { waitSeconds: 0 }),
      acknowledge({ ...me, role: "viewer" }, CHANNEL, 1),
    ])
      await expect(verb).rejects.toMatchObject({ code: "forbidden" });
  });
});

describe("a webhook", () => {
  const received: { headers: IncomingMessage["headers"]; body: string }[] = [];
  let answer: number | null = 200;
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      received.push({ headers: request.headers, body });
      if (answer !== null) response.writeHead(answer, { location: "/elsewhere" }).end("x".repeat(100_000));
    });
  });

  beforeEach(async () => {
    received.length = 0;
    answer = 200;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const { rows } = await pool().query<{ id: number }>("SELECT id FROM channels WHERE channel_id = $1", [CHANNEL]);
    const id = rows[0]?.id;
    await pool().query("UPDATE channels SET webhook_url = $1, webhook_secret = $2, listeners = 0 WHERE id = $3", [
      `http://127.0.0.1:${port}/stop`,
      encrypt("quiet", `channels:webhook_secret:${id}`),
      id,
    ]);
    await turn(0);
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  /** The command that nobody's listening leads to, 300 s after noon. */
  const end = () => turn(300);

  it("brings the command, signed", async () => {
    await end();
    await deliverWebhooks(at(300));
    const [command] = await commandsOf(CHANNEL);
    expect(received).toHaveLength(1);
    const { headers, body } = received[0] ?? { headers: {}, body: "" };
    expect(JSON.parse(body)).toEqual({
      id: command?.id,
      channel_id: CHANNEL,
      command: "stop",
      reason: "no_listeners",
      created_at: at(300).toISOString(),
    });
    const timestamp = String(at(300).getTime() / 1_000);
    expect(headers).toMatchObject({ "x-dozor-timestamp": timestamp, "x-dozor-command": String(command?.id) });
    const hmac = createHmac("sha256", "quiet").update(`${timestamp}.${body}`).digest("hex");
    expect(headers["x-dozor-signature"]).toBe(`sha256=${hmac}`);
    expect(command).toMatchObject({ delivered: true, acknowledged: false, error: null });
    await deliverWebhooks(at(310));
    expect(received).toHaveLength(1);
  });

  it("is tried again with growing pauses, for ten minutes, and tells why", async () => {
    await end();
    answer = 500;
    const tries: number[] = [];
    for (let second = 300; second < 400; second += 1) {
      const before = received.length;
      await deliverWebhooks(at(second));
      if (received.length > before) tries.push(second - 300);
    }
    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect((await commandsOf(CHANNEL))[0]?.error).toMatch(/^127\.0\.0\.1:\d+ answers 500$/);
    await turn(400);
    await turn(460);
    const { rows } = await pool().query("SELECT details FROM activity_events WHERE type = 'stream_error'");
    expect(rows).toMatchObject([
      { details: { event: "stop_unconfirmed", error: expect.stringContaining("answers 500") } },
    ]);
    received.length = 0;
    await deliverWebhooks(at(901));
    expect(received).toEqual([]);
  });

  it("is sent once more when the channel goes on half a minute later", async () => {
    await end();
    await deliverWebhooks(at(300));
    await turn(330);
    await deliverWebhooks(at(330));
    expect(received.map(({ body }) => JSON.parse(body).id)).toEqual([
      JSON.parse(received[0]?.body ?? "").id,
      JSON.parse(received[0]?.body ?? "").id,
    ]);
  });

  it("is not followed elsewhere", async () => {
    await end();
    answer = 307;
    await deliverWebhooks(at(300));
    expect(received).toHaveLength(1);
    expect((await commandsOf(CHANNEL))[0]).toMatchObject({ delivered: false, error: expect.stringContaining("(307)") });
  });

  it("is not sent to where a cloud tells its machines secrets", async () => {
    await pool().query("UPDATE channels SET webhook_url = 'http://169.254.169.254/latest/meta-data'");
    await end();
    await deliverWebhooks(at(300));
    expect(await commandsOf(CHANNEL)).toMatchObject([
      { delivered: false, error: "169.254.169.254 is not asked: it is an address for one machine alone" },
    ]);
  });

  it("that does not answer is left after five seconds, and nobody tries it meanwhile", async () => {
    await end();
    const limit = vi.spyOn(AbortSignal, "timeout").mockImplementation(() => {
      const late = new AbortController();
      setTimeout(() => late.abort(new DOMException("late", "TimeoutError")), 500);
      return late.signal;
    });
    answer = null;
    const first = deliverWebhooks(at(300));
    await eventually(() => expect(received).toHaveLength(1));
    await deliverWebhooks(at(305));
    expect(received).toHaveLength(1);
    await first;
    expect(limit.mock.calls).toEqual([[5_000]]);
    limit.mockRestore();
    expect((await commandsOf(CHANNEL))[0]?.error).toMatch(/does not answer within 5 s$/);
  });

  it("that does not answer keeps no other waiting", async () => {
    await onAir(0, "other", 0);
    await pool().query("UPDATE channels SET webhook_url = (SELECT max(webhook_url) FROM channels)");
    await end();
    await pool().query(
      "UPDATE stream_commands SET next_attempt_at = $1 WHERE channel = (SELECT id FROM channels WHERE channel_id = 'other')",
      [at(301)],
    );
    answer = null;
    const [hanging] = await beginDeliveries(at(300));
    await eventually(() => expect(received).toHaveLength(1));
    answer = 200;
    await Promise.all(await beginDeliveries(at(301)));
    expect(await commandsOf("other")).toMatchObject([{ delivered: true }]);
    expect(await commandsOf(CHANNEL)).toMatchObject([{ delivered: false, error: null }]);
    server.closeAllConnections();
    await hanging;
  });

  it("is not sent by two instances, nor once the stop is taken back or taken", async () => {
    await end();
    await Promise.all([deliverWebhooks(at(300)), deliverWebhooks(at(300))]);
    expect(received).toHaveLength(1);
    await turn(330);
    await report(331, CHANNEL, { event: "listeners", count: 1 });
    await deliverWebhooks(at(340));
    expect(received).toHaveLength(1);
  });
});
