// Auto-end of a real Icecast: what nobody listens to is really ended, and nothing else.
import { afterAll, beforeAll, beforeEach, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { type Icecast, startIcecast, storeSource } from "../../tests/support/icecast";
import { commandsOf, noticesOf } from "../../tests/support/streams";
import { pool } from "../db";
import { autoEndTurn } from "./auto-end/turn";
import { deliverWebhooks } from "./deliveries";
import type { SourceRow } from "./sources/rows";
import { pollSource } from "./sources/turn";

useDatabase();
let icecast: Icecast;
beforeAll(async () => {
  icecast = await startIcecast();
});
afterAll(() => icecast.remove());

let source: SourceRow;
let count = 0;
beforeEach(async () => {
  count += 1;
  source = await storeSource(`radio${count}`, icecast);
});

const idOf = (mount: string) => `${source.name}:${mount}`;
const becomes = (mount: string, shown: object) =>
  vi.waitFor(
    async () => {
      await pollSource(source);
      const sql = "SELECT status, listeners FROM channels WHERE channel_id = $1";
      expect((await pool().query(sql, [idOf(mount)])).rows[0]).toMatchObject(shown);
    },
    { timeout: 10_000, interval: 50 },
  );
/** As if five minutes had passed. */
const beDue = () => pool().query("UPDATE auto_end SET armed_at = now() - interval '5 min', deadline = now()");

it("ends the source that nobody listens to, and spares the other", async () => {
  const [alone, heard] = [await icecast.send("/alone.mp3"), await icecast.send("/heard.mp3")];
  const listener = await icecast.listen("/heard.mp3");
  await becomes("/alone.mp3", { status: "playing", listeners: 0 });
  await becomes("/heard.mp3", { status: "playing", listeners: 1 });
  await beDue();
  await autoEndTurn();
  await deliverWebhooks();
  await vi.waitFor(() => expect(alone.isConnected).toBe(false), 10_000);
  await becomes("/alone.mp3", { status: "stopped" });
  expect((await noticesOf(idOf("/alone.mp3"))).at(-1)).toBe("triggered: no_listeners");
  expect(await commandsOf(idOf("/alone.mp3"))).toMatchObject([{ acknowledged: true, attempts: 1, error: null }]);
  expect((await pool().query("SELECT FROM auto_end")).rowCount).toBe(0);
  await becomes("/heard.mp3", { status: "playing", listeners: 1 });
  expect(heard.isConnected).toBe(true);
  expect(await commandsOf(idOf("/heard.mp3"))).toEqual([]);
  await listener.close();
  await heard.close();
});

it("is told again only when it was seen on air since: what plays there may be somebody else by now", async () => {
  const live = await icecast.send("/again.mp3");
  await becomes("/again.mp3", { status: "playing", listeners: 0 });
  await beDue();
  await autoEndTurn();
  await icecast.stop();
  await deliverWebhooks();
  const [failed] = await commandsOf(idOf("/again.mp3"));
  expect(failed).toMatchObject({ attempts: 1, acknowledged: false, error: expect.any(String) });
  await pool().query("UPDATE stream_commands SET next_attempt_at = now() - interval '1 second'");
  await pool().query("UPDATE channels SET heard_at = now() - interval '1 minute'");
  await deliverWebhooks();
  expect(await commandsOf(idOf("/again.mp3"))).toEqual([failed]);
  await pool().query("UPDATE channels SET heard_at = now()");
  await deliverWebhooks();
  expect(await commandsOf(idOf("/again.mp3"))).toMatchObject([{ attempts: 2 }]);
  await live.close();
  await icecast.start();
});
