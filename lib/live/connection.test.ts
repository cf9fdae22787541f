import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import type { WebSocket } from "ws";
import { systemActor } from "../users/permissions";
import { Connection } from "./connection";
import { Hub } from "./hub";

function connect() {
  const ws = Object.assign(new EventEmitter(), {
    readyState: 1,
    OPEN: 1,
    extensions: "",
    ping: vi.fn(),
    pong: vi.fn(),
    terminate: vi.fn(),
  });
  const actor = systemActor();
  const options = { socket: new PassThrough(), actor, hub: new Hub(), onMessage: () => {}, onBehind: () => {} };
  return { ws, socket: options.socket, connection: new Connection({ ...options, ws: ws as unknown as WebSocket }) };
}

describe("heartbeat", () => {
  it("cuts off who did not answer the one before", () => {
    const { ws, connection } = connect();
    connection.heartbeat();
    expect(ws.ping).toHaveBeenCalledTimes(1);
    connection.heartbeat();
    expect(ws.terminate).toHaveBeenCalledTimes(1);
  });

  it("keeps who answers", () => {
    const { ws, connection } = connect();
    for (let beat = 0; beat < 5; beat += 1) {
      connection.heartbeat();
      ws.emit("pong");
    }
    expect(ws.ping).toHaveBeenCalledTimes(5);
    expect(ws.terminate).not.toHaveBeenCalled();
  });
});

describe("who pings and does not read", () => {
  it("is owed no answers without end", () => {
    const { ws, socket } = connect();
    ws.emit("ping", Buffer.from("one"));
    expect(ws.pong).toHaveBeenCalledTimes(1);
    socket.write(Buffer.alloc(300_000));
    ws.emit("ping", Buffer.from("two"));
    expect(ws.pong).toHaveBeenCalledTimes(1);
    socket.resume();
    return vi.waitFor(() => {
      expect(socket.writableLength).toBe(0);
      ws.emit("ping", Buffer.from("three"));
      expect(ws.pong).toHaveBeenCalledTimes(2);
    });
  });
});
