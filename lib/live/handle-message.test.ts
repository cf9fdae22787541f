// Topics are allowed one by one, by what the connection's actor may read.
import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { beforeAll, describe, expect, it } from "vitest";
import type { WebSocket } from "ws";
import { useDatabase } from "../../tests/support/database";
import { createServerRow } from "../../tests/support/live";
import { ingest } from "../streams/ingest";
import { type Actor, type Scope, systemActor } from "../users/permissions";
import { Connection } from "./connection";
import { handleMessage, type Rooms } from "./handle-message";
import { Hub } from "./hub";
import { clientMessageSchema } from "./messages";

/** A client with nothing behind it: what is refused must be refused before anything is read. */
function connect(scopes: readonly Scope[]) {
  const hub = new Hub();
  const socket = new PassThrough();
  const ws = Object.assign(new EventEmitter(), { readyState: 1, OPEN: 1, extensions: "" }) as unknown as WebSocket;
  const actor: Actor = { ...systemActor(), role: "viewer", scopes };
  const from = new Connection({ ws, socket, actor, hub, onMessage: () => {}, onBehind: () => {} });
  const ask = async (topics: string[]) => {
    await handleMessage({ hub } as Rooms, from, { type: "subscribe", topics });
    return (socket.read() as Buffer | null)?.toString() ?? "";
  };
  return { hub, from, ask };
}

describe("subscribe", () => {
  it.each(["stats", "streams", "activity", "alerts", "server:alpha", "stream:radio", "stream:-100123"])(
    "to %s needs the right to read it",
    async (topic) => {
      const { from, ask } = connect(["streams:write"]);
      expect(await ask([topic])).toContain(`Your role does not allow ${topic}`);
      expect(from.topics.size).toBe(0);
    },
  );

  it("takes what is allowed beside what is not", async () => {
    const { from, ask } = connect(["read"]);
    expect(await ask(["stats", "alerts"])).toBe("");
    expect([...from.topics]).toEqual(["stats", "alerts"]);
  });
});

describe("unsubscribe", () => {
  useDatabase();
  beforeAll(async () => {
    await createServerRow("alpha");
    await ingest([{ channelId: "radio", event: { event: "started" } }]);
  });

  it.each(["server:alpha", "stream:radio", "stats", "activity"])("right behind %s wins", async (topic) => {
    const { hub, from } = connect(["read"]);
    const follow = async () => {};
    const rooms = { hub, samples: { follow }, streams: { follow }, activity: { follow } } as unknown as Rooms;
    const send = (type: "subscribe" | "unsubscribe") => handleMessage(rooms, from, { type, topics: [topic] });
    await Promise.all([send("subscribe"), send("unsubscribe")]);
    expect([[...from.topics], from.lookingUp.size, hub.isFollowed(topic)]).toEqual([[], 0, false]);
    await Promise.all([send("subscribe"), send("unsubscribe"), send("subscribe")]);
    expect([from.topics.size, from.lookingUp.size]).toEqual([1, 0]);
  });
});

describe("topics", () => {
  const understood = (topic: string) => clientMessageSchema.safeParse({ type: "subscribe", topics: [topic] }).success;

  it.each([
    "stream:radio",
    "stream:-1001234567890",
    "stream:radio:/live.mp3",
    "stream:радио",
    `stream:${"x".repeat(128)}`,
  ])("can be %s", (topic) => expect(understood(topic)).toBe(true));

  it.each([
    "stream:",
    "stream",
    "stream:a b",
    "stream:a\u0000",
    `stream:${"x".repeat(129)}`,
    "metrics",
    "snapshot",
    "activity:emails",
  ])("cannot be %j", (topic) => expect(understood(topic)).toBe(false));
});
