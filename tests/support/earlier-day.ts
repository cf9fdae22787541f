// A day of what people and the collector changed, written as versions before this one did: plain SQL, by the state of the schema.
import { createHash } from "node:crypto";
import { hash } from "@node-rs/argon2";
import type pg from "pg";
import { signatureOf } from "../../lib/audit/anchor";
import { CHAIN_START, macOf } from "../../lib/audit/chain";
import { auditKeys } from "../../lib/audit/keys";
import { hourOf } from "../../lib/metrics/hour";
import { encrypt } from "../../lib/secrets";
import { aggregates, bounds, SAMPLES, SERIES, STEPS, TIMES } from "./earlier-blocks";

export const PASSWORD = "quiet-harbour-42-lamp";
export const USER = "6a3e2f10-4f0b-4a5d-9c55-5f2c5a1d7e01";
/** A Thursday, 10:00. */
export const SEALED = Date.UTC(2026, 0, 15, 10);
/** The hour after it was not sealed yet, the week before it was reduced. */
export const OPEN = SEALED + 3_600_000;
export const REDUCED = SEALED - 7 * 86_400_000;
export const SESSION = "s".repeat(43);
export const TOKEN = `dzr_${"t".repeat(43)}`;
export const RECOVERY = "ABCDEFGHIJKLMNOP";

const sha256 = (text: string) => createHash("sha256").update(text).digest();

/** The state that a schema is in. */
export interface State {
  /** Whether a migration was applied, by the start of its name. */
  has(migration: string): boolean;
}

export interface Written {
  server: number;
  /** Of the watched server's processors. */
  set: number;
}

type Ask = (sql: string, values?: unknown[]) => Promise<Record<string, unknown>>;

/** Writes the day. @param from where numbers begin, so that two days in one test are told apart */
export async function writeDay(client: pg.ClientBase, { has }: State, from: number): Promise<Written> {
  const ask: Ask = async (sql, values) => (await client.query(sql, values)).rows[0] ?? {};
  for (const table of ["subject", "series_set"])
    await ask(`SELECT setval(pg_get_serial_sequence('${table}', 'id'), $1)`, [from]);
  await writePeople(ask, { has });
  const server = await writeServer(ask, { has });
  await writeRecords(ask, { has });
  const set = await writeHistory(ask, { has }, server);
  if (has("0013")) await writeChannel(ask, { has });
  return { server, set };
}

async function writePeople(ask: Ask, { has }: State): Promise<void> {
  await ask("INSERT INTO key_check (key_id, check_value) VALUES ('1', $1)", [
    encrypt("1", "key_check:check_value:1").slice(2),
  ]);
  const passwordHash = await hash(PASSWORD, { algorithm: 2, memoryCost: 1_024, timeCost: 1, parallelism: 1 });
  await ask(
    `INSERT INTO users (id, login, email, role, password_hash, language, theme, time_zone, created_at)
     VALUES ($1, 'anna', 'anna@example.org', 'operator', $2, 'ru', 'dark', 'Europe/Riga', '2026-01-15T08:00:00Z')`,
    [USER, passwordHash],
  );
  await ask("INSERT INTO users (login, role, status, password_hash) VALUES ('bob', 'viewer', 'blocked', '-')");
  await ask(
    `INSERT INTO sessions (user_id, kind, token_hash, expires_at) VALUES ($1, 'browser', $2, now() + interval '1 day')`,
    [USER, sha256(SESSION)],
  );
  await ask("INSERT INTO settings (key, value, updated_by) VALUES ('retention_days', '25', 'anna')");
  if (!has("0005")) return;
  await ask("UPDATE users SET totp_secret = $2, totp_confirmed_at = now() WHERE id = $1", [
    USER,
    encrypt(Buffer.from("a key of 20 bytes ..").toString("base64"), `users:totp_secret:${USER}`),
  ]);
  await ask("INSERT INTO recovery_codes (user_id, code_hash) VALUES ($1, $2)", [USER, sha256(RECOVERY)]);
  await ask(
    `INSERT INTO api_tokens (user_id, name, prefix, token_hash, scopes) VALUES ($1, 'ci', 'dzr_tttt', $2, '{servers:read}')`,
    [USER, sha256(TOKEN)],
  );
}

async function writeServer(ask: Ask, { has }: State): Promise<number> {
  const { id } = await ask("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  const server = Number(id);
  await ask(
    `INSERT INTO servers (id, name, enabled, labels, host_kind, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode)
     VALUES ($1, 'orders / 100 %', false, '{"team": "shop"}', 'local', 'db.example.org', 5433, 'monitor', $2, 'orders', 'require')`,
    [server, encrypt("the password of orders", `servers:pg_password:${server}`)],
  );
  await ask(
    `INSERT INTO probe_state (subject, probe, interval_seconds, last_run_at, outcome, code, message)
     VALUES ($1, 'cpu', 5, '2026-01-15T11:59:55Z', 'failed', 'timeout', 'no answer')`,
    [server],
  );
  await ask(
    "INSERT INTO run (subject, probe, started_at, duration_ms, outcome) VALUES ($1, 'cpu', now(), 12.5, 'failed')",
    [server],
  );
  if (!has("0010")) return server;
  const key = Number((await ask("SELECT nextval(pg_get_serial_sequence('ssh_keys', 'id')) AS id")).id);
  await ask(
    `INSERT INTO ssh_keys (id, name, key_type, fingerprint, public_key, private_key, has_passphrase) OVERRIDING SYSTEM VALUE
     VALUES ($1, 'deploy', 'ssh-ed25519', 'SHA256:x', 'ssh-ed25519 AAAA', $2, false)`,
    [key, encrypt("the private key", `ssh_keys:private_key:${key}`)],
  );
  await ask(
    `UPDATE servers SET host_kind = 'ssh', ssh_host = 'host.example.org', ssh_user = 'dozor', ssh_auth_type = 'key', ssh_key_id = $2,
       ssh_key_passphrase = $3, ssh_host_keys = '{"ssh-ed25519 BBBB"}', intervals = '{"collect_interval": 30}' WHERE id = $1`,
    [server, key, encrypt("the passphrase", `servers:ssh_key_passphrase:${server}`)],
  );
  await ask("INSERT INTO server_databases (subject, oid, name, owner) VALUES ($1, 16384, 'orders', 'shop')", [server]);
  return server;
}

/** Events, the log, and an audit log of three entries, with its head where there were heads. */
async function writeRecords(ask: Ask, { has }: State): Promise<void> {
  await ask(
    "INSERT INTO activity_events (type, severity, message, actor) VALUES ($1, 'info', 'Settings changed', 'anna')",
    [has("0007") ? "settings_changed" : "settings_update"],
  );
  await ask(
    "INSERT INTO system_log (level, source, server, message) VALUES ('error', 'collector', 'orders / 100 %', 'no answer')",
  );
  let link = { id: 0n, mac: CHAIN_START };
  for (const eventType of ["login_success", "settings_update", "server_created"]) {
    const record = {
      createdAt: new Date(SEALED),
      eventType,
      actor: "anna",
      userId: USER,
      ipAddress: "192.0.2.7",
      userAgent: "Firefox",
      sessionId: null,
      targetKind: "server",
      targetId: "2",
      targetName: "orders / 100 %",
      details: { b: 1, a: ["x", null] },
    };
    const mac = macOf(auditKeys().chain, link.mac, record);
    const { id } = await ask(
      `INSERT INTO audit_log (created_at, event_type, actor, user_id, ip_address, user_agent, target_kind, target_id, target_name,
         details, previous_mac, mac)
       VALUES ($1, $2, 'anna', $3, '192.0.2.7', 'Firefox', 'server', '2', 'orders / 100 %', $4, $5, $6) RETURNING id`,
      [record.createdAt, eventType, USER, record.details, Buffer.from(link.mac), Buffer.from(mac)],
    );
    link = { id: BigInt(String(id)), mac };
  }
  if (!has("0005")) return;
  const signature = Buffer.from(signatureOf(auditKeys().anchor, "head", link));
  await ask("INSERT INTO audit_anchor (kind, entry_id, mac, signature) VALUES ('head', $1, $2, $3)", [
    String(link.id),
    Buffer.from(link.mac),
    signature,
  ]);
}

/** An open hour, a sealed one, and where it was known one in steps of five minutes. */
async function writeHistory(ask: Ask, { has }: State, server: number): Promise<number> {
  const part = await ask("INSERT INTO series_set (subject, probe, part) VALUES ($1, 'cpu', 0) RETURNING id", [server]);
  const set = Number(part.id);
  for (const [i, { metric }] of SERIES.entries())
    await ask("INSERT INTO series (set_id, slot, subject, metric, labels) VALUES ($1, $2, $3, $4, '{}')", [
      set,
      i + 1,
      server,
      metric,
    ]);
  for (const [i, offset] of TIMES.entries())
    await ask("INSERT INTO sample_head (set_id, ts, values) VALUES ($1, $2, $3)", [
      set,
      OPEN + offset,
      SERIES.map(({ values }) => values[i] ?? null),
    ]);
  for (const at of has("0004") ? [SEALED, REDUCED] : [SEALED])
    for (const { parent, name, from, to } of bounds(hourOf(at))) {
      if (parent === "sample_reduced" && !has("0004")) continue;
      await ask(`CREATE TABLE IF NOT EXISTS ${name} (LIKE ${parent} INCLUDING ALL)`);
      const { attached } = await ask("SELECT relispartition AS attached FROM pg_class WHERE oid = $1::regclass", [
        name,
      ]);
      if (!attached) await ask(`ALTER TABLE ${parent} ATTACH PARTITION ${name} FOR VALUES FROM (${from}) TO (${to})`);
    }
  await ask("INSERT INTO sample_data (set_id, hour, offs, data) VALUES ($1, $2, $3, $4)", [
    set,
    hourOf(SEALED),
    SAMPLES.offs,
    SAMPLES.data,
  ]);
  const shared = Buffer.from([SERIES.length, 0, 1, 2]);
  const agg = Buffer.concat(has("0006_shared") ? [shared, ...aggregates()] : aggregates());
  await ask("INSERT INTO sample_hour (set_id, hour, agg) VALUES ($1, $2, $3)", [set, hourOf(SEALED), agg]);
  if (!has("0004")) return set;
  await ask("INSERT INTO sample_hour (set_id, hour, agg) VALUES ($1, $2, $3)", [set, hourOf(REDUCED), agg]);
  await ask("INSERT INTO sample_reduced (set_id, hour, step_s, offs, data) VALUES ($1, $2, 300, $3, $4)", [
    set,
    hourOf(REDUCED),
    STEPS.offs,
    STEPS.data,
  ]);
  return set;
}

async function writeChannel(ask: Ask, { has }: State): Promise<void> {
  const source = Number((await ask("SELECT nextval(pg_get_serial_sequence('stream_sources', 'id')) AS id")).id);
  await ask(
    `INSERT INTO stream_sources (id, name, url, username, password, enabled) OVERRIDING SYSTEM VALUE
     VALUES ($1, 'icecast', 'http://radio.example.org:8000', 'admin', $2, false)`,
    [source, encrypt("the password of icecast", `stream_sources:password:${source}`)],
  );
  const { id } = await ask("INSERT INTO subject (kind) VALUES ('channel') RETURNING id");
  await ask(
    `INSERT INTO channels (id, channel_id, name, source_id, webhook_url, webhook_secret, auto_end_timeout_seconds)
     VALUES ($1, 'ice:/live', 'Radio', $2, 'https://hooks.example.org/', $3, 600)`,
    [id, source, encrypt("the secret of the webhook", `channels:webhook_secret:${id}`)],
  );
  const track = '{"id": "1", "title": "Lark", "url": null, "duration_s": 180, "source": null}';
  await ask(
    "INSERT INTO stream_events (channel, event_id, event, ts, data) VALUES ($1, 'e1', 'started', now(), '{}')",
    [id],
  );
  await ask(
    `INSERT INTO stream_plays (channel, track_key, track, started_at, ended_at, played_seconds, known_seconds, listener_seconds, peak)
     VALUES ($1, '1', $2, '2026-01-15T10:00:00Z', '2026-01-15T10:03:00Z', 180, 180, 900, 7)`,
    [id, track],
  );
  await ask(
    "INSERT INTO stream_days (channel, day, watched_seconds, on_air_seconds) VALUES ($1, '2026-01-15', 3600, 180)",
    [id],
  );
  if (has("0014_auto_end"))
    await ask("INSERT INTO auto_end_counts (channel, reason, count) VALUES ($1, 'timeout', 3)", [id]);
  if (has("0015_warnings")) await ask("UPDATE channels SET auto_end_warnings = '{120, 30}' WHERE id = $1", [id]);
}
