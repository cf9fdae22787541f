// The list of 500 servers: how long the page takes, and that opening it asks none of them.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import net from "node:net";
import pg from "pg";
import { removeData, startApp } from "../tests/e2e/support/app";
import { startTestServer } from "../tests/support/server";
import { calibration } from "./support/measure";
import { ADMIN, type PageTime, signIn, timePage, told } from "./support/pages";
import { saveResults } from "./support/table";

const SERVERS = Number(process.env.BENCH_SERVERS ?? 500);
const DATABASES = 20;
const TIMES = 35;

/** Rows as a collector leaves them, seconds old. */
const FILL = `
  WITH new AS (INSERT INTO subject (kind) SELECT 'server' FROM generate_series(1, $1) RETURNING id),
  made AS (INSERT INTO servers (id, name, labels, pg_host, pg_port, pg_user, pg_database, pg_sslmode)
    SELECT id, 'fleet-' || id, jsonb_build_object('env', CASE id % 3 WHEN 0 THEN 'prod' ELSE 'test' END), '127.0.0.1', $2, 'dozor', 'postgres', 'disable' FROM new RETURNING id),
  states AS (INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, duration_ms, outcome, last_success_at, next_run_at)
    SELECT id, probe, 86400, now(), 3, 'ok', now(), now() + interval '1 day' FROM made,
      unnest(ARRAY['instance', 'activity', 'databases', 'replication', 'checkpoints', 'wal', 'io', 'sizes', 'inventory']) AS probe)
  INSERT INTO latest (subject, kind, ts, data)
  SELECT id, kind, now(), jsonb_build_object('facts', jsonb_build_object('version', '18.4'), 'rows', CASE kind
    WHEN 'instance' THEN jsonb_build_array(jsonb_build_object('labels', '{}'::jsonb, 'values', '{"uptime_seconds": 86400, "in_recovery": 0, "max_connections": 200, "transactions_per_sec": 12.5}'::jsonb))
    WHEN 'activity' THEN jsonb_build_array(jsonb_build_object('labels', '{"state": "active"}'::jsonb, 'values', '{"sessions": 3}'::jsonb),
      jsonb_build_object('labels', '{"state": "idle"}'::jsonb, 'values', '{"sessions": 9}'::jsonb))
    ELSE (SELECT jsonb_agg(jsonb_build_object('labels', jsonb_build_object('database', 'shop_' || d),
      'values', (SELECT jsonb_object_agg('metric_' || m || '_per_sec', m * 1.5) || '{"commits_per_sec": 3, "rollbacks_per_sec": 0}' FROM generate_series(1, 24) m)))
      FROM generate_series(1, $3) d) END)
  FROM made, unnest(ARRAY['instance', 'activity', 'databases']) AS kind`;

console.log(`SHA-256 of 100 MiB takes ${calibration().toFixed(0)} ms of CPU here`);
let contacts = 0;
const listener = net.createServer((socket) => {
  contacts += 1;
  socket.destroy();
});
listener.listen(0, "127.0.0.1");
await once(listener, "listening");
const server = await startTestServer();
const DATABASE_URL = await server.createDatabase();
const secret = () => randomBytes(32).toString("base64url");
// Without a collector nothing but the pages could ask a target.
const app = await startApp({
  env: {
    DATABASE_URL,
    AUTH_SECRET: secret(),
    ENCRYPTION_KEYS: `1:${secret()}`,
    ROLE: "web",
    ADMIN_PASSWORD: ADMIN.password,
  },
});
const database = new pg.Client({ connectionString: DATABASE_URL });
await database.connect();
await database.query(FILL, [SERVERS, (listener.address() as net.AddressInfo).port, DATABASES]);
await database.query("VACUUM ANALYZE");

const headers = await signIn(app.url);

const results: Record<string, PageTime> = {};
for (const path of ["/servers", "/servers?rows=100", "/servers?group=env&label=env%3Dprod", "/", "/api/servers"]) {
  results[path] = await timePage(`${app.url}${path}`, { headers, holds: "fleet-", times: TIMES });
  console.log(told(path, results[path]));
}
console.log(`connections to the servers meanwhile: ${contacts} (must be 0)`);
saveResults("fleet-list", { servers: SERVERS, results, contacts });
await database.end();
await app.stop();
removeData(app.dataDir);
await server.stop();
listener.close();
process.exit(contacts === 0 ? 0 : 1);
