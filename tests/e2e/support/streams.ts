// Channels for a running Dozor: some that are only reported, and the streamer of examples/ as a process.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { ADMIN, startIcecast } from "../../support/icecast";
import type { App } from "./app";
import { expect } from "./session";
import type { Client } from "./team";

const ROOT = resolve(import.meta.dirname, "..", "..", "..");

const track = (title: string, duration_s: number) => ({ event: "track_changed", track: { title, duration_s } });
const listen = (count: number) => ({ event: "listeners", count });
const queue = (size: number) => ({ event: "queue", size });

/** What is reported of each channel once. */
const CHANNELS: Record<string, { name: string; events: readonly object[] }> = {
  "-1001402233": {
    name: "Классика 24/7",
    events: [{ event: "started" }, track("Сюита для виолончели, Сарабанда", 271), listen(341), queue(112)],
  },
  focus: {
    name: "Deep Focus Radio",
    events: [{ event: "started" }, track("Slow Rotation", 324), listen(512), queue(38)],
  },
  "-1001774120": { name: "Night Jazz", events: [{ event: "started" }, track("Late Ferry", 310), listen(0), queue(21)] },
  "-1001550918": {
    name: "Ambient Sleep",
    events: [{ event: "placeholder", on: true }, listen(48), queue(0)],
  },
  "-1001221907": {
    name: "Morning Hits",
    events: [
      { event: "started" },
      track("First Tram", 200),
      { event: "position", seconds: 122 },
      listen(12),
      { event: "paused" },
    ],
  },
  rock: {
    name: "Rock Archive",
    events: [{ event: "started" }, track("Gravel", 95), { event: "stopped", reason: "no_listeners" }],
  },
};

async function taken(asked: Promise<Response>, status: number): Promise<void> {
  const answer = await asked;
  expect(answer.status, await answer.text()).toBe(status);
}

/**
 * Reports channels of every kind, and goes on telling that they are there; the returned function ends that.
 * @param heartbeatMs less than the time after which a silent channel is unknown
 */
export async function reportChannels(admin: Client, heartbeatMs = 20_000): Promise<() => void> {
  for (const [id, { name, events }] of Object.entries(CHANNELS)) {
    const path = `/api/streams/${encodeURIComponent(id)}`;
    const [first, ...rest] = events;
    await taken(admin("POST", `${path}/events`, { events: [first] }), 202);
    // Before it counts: a timer goes on as it was armed.
    const auto_end = name === "Night Jazz" && { timeout_seconds: 3_600 };
    await taken(admin("PATCH", path, { name, ...(auto_end && { auto_end }) }), 200);
    await taken(admin("POST", `${path}/events`, { events: rest }), 202);
  }
  const beat = () =>
    admin("POST", "/api/streams/events", {
      events: Object.keys(CHANNELS).map((channel_id) => ({ channel_id, event: "heartbeat" })),
    }).catch(() => undefined);
  const timer = setInterval(() => void beat(), heartbeatMs);
  return () => clearInterval(timer);
}

/** A source of every state, the first of which is a real Icecast with a mount. @returns what ends that one */
export async function addSources(admin: Client): Promise<() => Promise<void>> {
  const icecast = await startIcecast();
  await icecast.send("/harbour.mp3");
  await icecast.listen("/harbour.mp3");
  await icecast.title("/harbour.mp3", "Window Seat");
  for (const source of [
    { name: "harbour", url: icecast.url, ...ADMIN },
    // A port that nobody listens on.
    { name: "old-studio", url: "http://127.0.0.1:9" },
    { name: "festival", url: "http://radio.example.org:8000", enabled: false },
  ])
    await taken(admin("POST", "/api/stream-sources", source), 201);
  return icecast.remove;
}

export interface Streamer {
  /** So many people listen from now on. */
  listen(count: number): void;
  /** All that it said. */
  output(): string;
  /** How it ended. */
  ended: Promise<number | null>;
  kill(): void;
}

/** An API token of the streamer's own. @param person an administrator who is signed in */
export async function streamerToken(person: Client): Promise<string> {
  const made = await person("POST", "/api/users/me/tokens", { name: "streamer", scopes: ["streams:write"] });
  expect(made.status, await made.clone().text()).toBe(201);
  return ((await made.json()) as { token: string }).token;
}

/** Starts examples/streamer.mjs as anybody would. */
export function startStreamer(
  app: App,
  { token, channel, list }: { token: string; channel: string; list: string[] },
): Streamer {
  const child = spawn(process.execPath, [resolve(ROOT, "examples/streamer.mjs"), channel, ...list], {
    env: { ...process.env, DOZOR_URL: app.url, DOZOR_TOKEN: token },
    stdio: ["pipe", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk;
    });
  return {
    listen: (count) => void child.stdin.write(`${count}\n`),
    output: () => text,
    ended: new Promise((done) => child.once("exit", done)),
    kill: () => void child.kill("SIGKILL"),
  };
}
