// A Dozor that has something of everything to tell: a machine, a primary with its replica, a server that is down, channels,
// live connections, answers and failures; collected and served in this process.
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import pg from "pg";
import { GET } from "../../app/metrics/route";
import { startCollector } from "../../lib/collect";
import { pool } from "../../lib/db";
import { ensureLocalServer } from "../../lib/first-start/local-server";
import { directLane } from "../../lib/http/direct";
import { endpoint, type Handler } from "../../lib/http/endpoint";
import { attachLive } from "../../lib/live/socket";
import { ingest } from "../../lib/streams/ingest";
import { startVersion } from "../postgres/support/versions";
import { ourApi } from "./alertmanager";
import { registerServer } from "./fleet";
import { createUser, LiveClient, signIn } from "./live";
import { eventOf, LIFE } from "./streams";

/** Before the checkpointer had a view of its own; the local server is of today. */
const OLDER_MAJOR = 14;
const HEARTBEAT_MS = 20_000;
/** Nobody listens there. */
const DOWN = "postgresql://nobody@127.0.0.1:1/postgres";

const failing: Handler = endpoint({
  summary: "Fails",
  allow: "public",
  run() {
    throw new Error("as tests want it");
  },
});

export interface Monitored {
  /** `host:port` where `/metrics` is served. */
  address: string;
  /** Has it answer so many requests with an error of its own. */
  fail(times: number): Promise<void>;
  /** Reports events of a channel, now. */
  report(channelId: string, ...events: object[]): Promise<void>;
  stop(): Promise<void>;
}

/** Starts it on a migrated database, whose address is given. `DATA_DIR` must be set. */
export async function startMonitored(database: string): Promise<Monitored> {
  const servers = await startServers();
  await ensureLocalServer(database);
  await registerServer("orders", `${servers.primary.address()}/postgres`);
  await registerServer("copy", `${servers.standby.address()}/postgres`);
  await registerServer("gone", DOWN);
  await pool().query(
    "INSERT INTO settings (key, value) VALUES ('sampling_interval_seconds', '1'), ('collect_interval', '5')",
  );
  await lifeOfAChannel("night");
  const queued = { event: "queue_operation", operation: "add", track: { title: "Night watch" } };
  await report("radio", { event: "started" }, { event: "listeners", count: 3 }, { event: "queue", size: 4 }, queued);
  const stopCollecting = await startCollector({ exclusive: true });

  const http = createServer(served());
  const live = attachLive(http);
  await new Promise<void>((listening) => http.listen(0, "127.0.0.1", listening));
  const address = `127.0.0.1:${(http.address() as AddressInfo).port}`;
  const { headers } = await signIn(await createUser("vera", "viewer"));
  const client = new LiveClient(`ws://${address}/ws/stats`, { headers });
  await client.first("snapshot");
  const fail = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i++) await (await fetch(`http://${address}/api/failing`)).text();
  };
  await fail(1);
  // A channel of which nothing is heard is not known any more.
  const heartbeat = setInterval(() => void report("radio", { event: "heartbeat" }), HEARTBEAT_MS);

  return {
    address,
    fail,
    report,
    async stop() {
      clearInterval(heartbeat);
      client.socket.terminate();
      await live.close();
      await closed(http);
      await stopCollecting();
      await servers.stop();
    },
  };
}

function served(): RequestListener {
  const lane = directLane({ "/metrics": GET, "/api/failing": failing });
  return (request, response) => {
    if (!lane(request, response)) ourApi(request, response);
  };
}

async function report(channelId: string, ...events: object[]): Promise<void> {
  await ingest(
    events.map((sent) => ({ channelId, event: eventOf(sent) })),
    new Date(),
  );
}

/** One that auto-end has stopped, long ago. */
async function lifeOfAChannel(channelId: string): Promise<void> {
  await LIFE.start(channelId);
  await LIFE.warn();
  await LIFE.end();
  await LIFE.stop(channelId);
}

async function startServers() {
  const primary = await startVersion(OLDER_MAJOR);
  const admin = new pg.Client({ connectionString: `${primary.address()}/postgres` });
  await admin.connect();
  await admin.query("SELECT pg_create_physical_replication_slot('follower')");
  await admin.end();
  const standby = await primary.follower();
  return {
    primary,
    standby,
    async stop() {
      await standby.stop();
      await primary.stop();
    },
  };
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((done) => server.close(done));
}
