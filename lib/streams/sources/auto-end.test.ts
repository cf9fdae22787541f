// Auto-end of what a real Icecast sends, under virtual time: at the deadline the source is ended there.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { useDatabase } from "../../../tests/support/database";
import { type Icecast, type Sender, startIcecast, storeSource } from "../../../tests/support/icecast";
import { at, commandsOf, noticesOf } from "../../../tests/support/streams";
import { pool } from "../../db";
import { autoEndTurn } from "../auto-end/turn";
import { deliverWebhooks } from "../deliveries";
import { followSilence } from "../silence";
import { readStatus } from "./icecast";
import type { SourceRow } from "./rows";
import { pollSource } from "./turn";

useDatabase();
let icecast: Icecast;
beforeAll(async () => {
  icecast = await startIcecast();
});
afterAll(() => icecast.remove());

const CHANNEL = "radio:/live.mp3";
const WARNED = ["warning: 60", "warning: 30", "warning: 10"];
let source: SourceRow;
let live: Sender;
beforeEach(async () => {
  await pool().query("DELETE FROM channels; DELETE FROM stream_sources");
  source = await storeSource("radio", icecast);
  await live?.close();
  await listed(null);
  live = await icecast.send("/live.mp3");
  await listed(0);
});

/** Waits until Icecast lists so many listeners; null: no source. */
const listed = (listeners: number | null) =>
  vi.waitFor(async () => {
    const { mounts } = await readStatus(icecast.url);
    expect(mounts.find(({ path }) => path === "/live.mp3")?.listeners ?? null).toBe(listeners);
  }, 10_000);

/** The holder of the lease at work, with a poll each ten seconds of the virtual clock. */
async function work(from: number, to: number): Promise<void> {
  for (let second = from; second <= to; second += 10) {
    await pollSource(source, at(second));
    await autoEndTurn(at(second));
  }
}

const statusOf = async () =>
  (await pool().query("SELECT status FROM channels WHERE channel_id = $1", [CHANNEL])).rows[0]?.status;

it("warns, ends the source where it is sent to, and has that confirmed by the next poll", async () => {
  await work(0, 300);
  expect(await noticesOf(CHANNEL)).toEqual([...WARNED, "triggered: no_listeners"]);
  expect(live.isConnected).toBe(true);
  await deliverWebhooks(at(300));
  await vi.waitFor(() => expect(live.isConnected).toBe(false), 10_000);
  await listed(null);
  await work(310, 310);
  expect(await statusOf()).toBe("stopped");
  expect(await commandsOf(CHANNEL)).toMatchObject([{ reason: "no_listeners", attempts: 1, acknowledged: true }]);
  await deliverWebhooks(at(400));
  expect(await noticesOf(CHANNEL)).toHaveLength(4);
});

it("spares a source that somebody began to listen to in the last moment", async () => {
  await work(0, 300);
  const late = await icecast.listen("/live.mp3");
  await listed(1);
  await deliverWebhooks(at(300));
  expect(live.isConnected).toBe(true);
  await work(310, 340);
  await deliverWebhooks(at(340));
  expect(live.isConnected).toBe(true);
  expect(await commandsOf(CHANNEL)).toMatchObject([{ error: expect.stringMatching(/Somebody listens/), ended: true }]);
  expect(await statusOf()).toBe("playing");
  await late.close();
});

it("does not end what it cannot see: a silent Icecast suspends the timer, and it goes on from there", async () => {
  await work(0, 200);
  icecast.freeze();
  try {
    await followSilence(600_000, at(230));
    expect(await statusOf()).toBe("unknown");
    await autoEndTurn(at(400));
    expect(await noticesOf(CHANNEL)).toEqual([]);
  } finally {
    icecast.thaw();
  }
  await work(400, 400);
  expect(await statusOf()).toBe("playing");
  await work(410, 500);
  expect(await noticesOf(CHANNEL)).toEqual([...WARNED, "triggered: no_listeners"]);
  expect(live.isConnected).toBe(true);
  await deliverWebhooks(at(500));
  await vi.waitFor(() => expect(live.isConnected).toBe(false), 10_000);
});
