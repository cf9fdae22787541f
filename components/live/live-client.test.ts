import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CHANNEL } from "../../tests/support/channel";
import { LiveClient } from "./live-client";

/** A socket whose server is the test. */
class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static all: FakeSocket[] = [];
  static get newest(): FakeSocket {
    const socket = FakeSocket.all.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  readyState = FakeSocket.CONNECTING;
  readonly sent: unknown[] = [];
  onopen = () => {};
  onmessage = (_: { data: unknown }) => {};
  onclose = (_: { code: number }) => {};

  constructor(readonly address: string) {
    FakeSocket.all.push(this);
  }
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(code = 1005): void {
    this.end(code);
  }
  open(): void {
    this.readyState = FakeSocket.OPEN;
    this.onopen();
  }
  end(code: number): void {
    this.readyState = 3;
    this.onclose({ code });
  }
  tell(type: string, data: unknown): void {
    this.onmessage({ data: JSON.stringify({ type, timestamp: "", seq: 1, data }) });
  }
}

let hidden = false;
let client: LiveClient;
let stop: () => void;
const asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("fetch", async (path: string) => {
    asked.push(path);
    return Response.json(path.endsWith("/latest?watch=host") ? { probes: { cpu: { ts: "", data: 1 } } } : []);
  });
  FakeSocket.all = [];
  asked.length = 0;
  hidden = false;
  client = new LiveClient({ address: "ws://here/ws/stats", isHidden: () => hidden });
  stop = client.start();
});
afterEach(() => {
  stop();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const stats = { broadcast_interval_seconds: 5 };
const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);

function goLive(): FakeSocket {
  FakeSocket.newest.open();
  FakeSocket.newest.tell("stats", stats);
  return FakeSocket.newest;
}

function setHidden(value: boolean): void {
  hidden = value;
  client.visibilityChanged();
}

describe("LiveClient", () => {
  it("opens one socket and tells listeners of what comes", () => {
    const listener = vi.fn();
    client.onChange(listener);
    expect(client.state.feed).toBe("reconnecting");
    goLive();
    expect(FakeSocket.all).toHaveLength(1);
    expect(client.state).toMatchObject({ feed: "live", stats });
    expect(listener).toHaveBeenCalled();
  });

  it("subscribes once for many components, and again after a reconnect", async () => {
    const ends = [client.subscribe("server:a"), client.subscribe("server:a")];
    expect(goLive().sent).toEqual([{ type: "subscribe", topics: ["server:a"] }]);
    FakeSocket.newest.end(1006);
    await seconds(2);
    expect(FakeSocket.all).toHaveLength(2);
    expect(goLive().sent).toEqual([{ type: "subscribe", topics: ["server:a"] }]);
    ends[0]?.();
    ends[0]?.();
    expect(FakeSocket.newest.sent).toHaveLength(1);
    ends[1]?.();
    expect(FakeSocket.newest.sent.at(-1)).toEqual({ type: "unsubscribe", topics: ["server:a"] });
  });

  it("asks for a snapshot now and then, since states of servers come with it", async () => {
    const socket = goLive();
    for (let passed = 0; passed < 20; passed += 5) {
      await seconds(5);
      socket.tell("stats", stats);
    }
    expect(socket.sent).toEqual([{ type: "snapshot" }]);
  });

  it.each([4401, 4403])("does not come back after %d until it is told to", async (code) => {
    goLive().end(code);
    await seconds(120);
    expect(FakeSocket.all).toHaveLength(1);
    expect(client.state.error).not.toBeNull();
    client.reconnectNow();
    expect(FakeSocket.all).toHaveLength(2);
    expect(client.state.error).toBeNull();
  });

  it("polls when the socket cannot be opened twice in a row, and stops when it can", async () => {
    client.subscribe("server:a");
    FakeSocket.newest.end(1006);
    await seconds(3);
    FakeSocket.newest.end(1006);
    expect(client.state.feed).toBe("polling");
    await seconds(1.5);
    expect(asked.sort()).toEqual([
      "/api/servers",
      "/api/servers/a/latest?watch=host",
      "/api/stats",
      "/api/system/metrics",
    ]);
    expect(client.state.samples.a?.probes.cpu?.data).toBe(1);
    goLive();
    expect(client.state.feed).toBe("live");
    asked.length = 0;
    await seconds(14);
    expect(asked).toEqual([]);
  });

  it("polls servers each 5 s and the overview each 30 s", async () => {
    client.subscribe("server:a");
    FakeSocket.newest.end(1006);
    await seconds(3);
    FakeSocket.newest.end(1006);
    await seconds(31);
    const count = (path: string) => asked.filter((one) => one === path).length;
    expect(count("/api/system/metrics")).toBe(2);
    expect(count("/api/servers/a/latest?watch=host")).toBeGreaterThanOrEqual(6);
    expect(count("/api/servers/a/latest?watch=host")).toBeLessThanOrEqual(7);
  });

  it("is stale when nothing comes, and then gives the dead connection up", async () => {
    goLive();
    await seconds(17);
    expect(client.state.feed).toBe("stale");
    await seconds(14);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
    expect(FakeSocket.all[0]?.readyState).toBe(3);
  });

  it("gives up an opening that hangs", async () => {
    await seconds(14);
    expect(FakeSocket.all.length).toBeGreaterThan(1);
  });

  it("lets go of a tab that is hidden for more than a minute, and is back at once when it is seen", async () => {
    const socket = goLive();
    setHidden(true);
    for (let passed = 0; passed < 55; passed += 5) {
      await seconds(5);
      socket.tell("stats", stats);
    }
    expect(socket.readyState).toBe(FakeSocket.OPEN);
    await seconds(10);
    expect(socket.readyState).toBe(3);
    await seconds(300);
    expect(FakeSocket.all).toHaveLength(1);
    setHidden(false);
    expect(FakeSocket.all).toHaveLength(2);
    expect(goLive()).toBe(FakeSocket.newest);
    expect(client.state.feed).toBe("live");
  });

  it("changes nothing when a tab is hidden for a moment", async () => {
    const socket = goLive();
    setHidden(true);
    await seconds(5);
    setHidden(false);
    expect(FakeSocket.all).toEqual([socket]);
  });

  it("ends with the page, and can begin again", async () => {
    const socket = goLive();
    stop();
    expect(socket.readyState).toBe(3);
    await seconds(120);
    expect(FakeSocket.all).toHaveLength(1);
    stop = client.start();
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("the feed of events", () => {
  const event = { id: 7, message: "orders is down" };

  it("is followed over the socket", () => {
    client.subscribe("activity");
    const socket = goLive();
    expect(socket.sent).toContainEqual({ type: "subscribe", topics: ["activity"] });
    socket.tell("activity", { events: [event], newest: true });
    expect(client.state.activity).toMatchObject({ events: [event], whole: true });
  });

  it("is asked for by plain requests where sockets do not work", async () => {
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      return Response.json(path.includes("activity") ? { events: [event], total: 1, next: null } : []);
    });
    client.subscribe("activity");
    FakeSocket.newest.end(1006);
    await seconds(3);
    FakeSocket.newest.end(1006);
    await seconds(6);
    expect(asked).toContain("/api/system/activity?limit=50");
    expect(client.state.activity.events).toMatchObject([event]);
  });
});

describe("channels", () => {
  const update = (channel_id: string, listeners: number) => ({
    channel_id,
    event: "listeners",
    channel: { ...CHANNEL, channel_id, listeners },
  });
  const listeners = () => client.state.streams.channels.map((channel) => channel.listeners);

  it("are followed without asking, shown at once, and gathered when many changes come", async () => {
    client.subscribe("streams");
    const socket = goLive();
    expect(socket.sent).toEqual([]);
    const changes = vi.fn();
    client.onChange(changes);
    for (let count = 1; count <= 50; count += 1) socket.tell("stream_update", update("radio", count));
    expect(listeners()).toEqual([1]);
    await vi.advanceTimersByTimeAsync(100);
    expect(listeners()).toEqual([50]);
    expect(changes).toHaveBeenCalledTimes(2);
  });

  it("keep their order with what else comes, and are not called live by what is shown late", () => {
    const socket = goLive();
    for (const count of [1, 2]) socket.tell("stream_update", update("radio", count));
    socket.tell("snapshot", { stats, servers: [], channels: [{ ...CHANNEL, listeners: 9 }], warnings: [] });
    expect(listeners()).toEqual([9]);
    for (const count of [3, 4]) socket.tell("stream_update", update("radio", count));
    socket.end(1006);
    expect(listeners()).toEqual([4]);
    expect(client.state.feed).toBe("reconnecting");
    vi.advanceTimersByTime(200);
    expect(client.state.feed).toBe("reconnecting");
  });

  it("are asked for by plain requests each 5 s where sockets do not work, while somebody shows them", async () => {
    vi.stubGlobal("fetch", async (path: string) => {
      asked.push(path);
      return Response.json(path === "/api/streams" ? [CHANNEL] : {});
    });
    const end = client.subscribe("streams");
    FakeSocket.newest.end(1006);
    await seconds(3);
    FakeSocket.newest.end(1006);
    await seconds(11);
    const count = () => asked.filter((path) => path === "/api/streams").length;
    expect(count()).toBeGreaterThanOrEqual(2);
    expect(listeners()).toEqual([CHANNEL.listeners]);
    end();
    const before = count();
    await seconds(11);
    expect(count()).toBe(before);
  });
});

it("asks by plain requests from the beginning where there are no sockets, also after a pause", () => {
  stop();
  FakeSocket.all = [];
  client = new LiveClient({ address: "ws://here/ws/stats", isHidden: () => hidden, withoutSockets: true });
  stop = client.start();
  client.subscribe("server:local");
  vi.advanceTimersByTime(1_000);
  expect(asked.at(-1)).toBe("/api/servers/local/latest?watch=host");
  client.reconnectNow();
  expect([client.state.feed, FakeSocket.all]).toEqual(["polling", []]);
});
