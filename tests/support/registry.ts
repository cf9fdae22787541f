// What tests of registering servers share: people, keys, requests, and what is left behind of them.
import { generateKeyPairSync } from "node:crypto";
import { beforeAll, beforeEach } from "vitest";
import * as server from "@/app/api/servers/[name]/route";
import * as servers from "@/app/api/servers/route";
import { pool, prisma } from "@/lib/db";
import { fingerprintOf } from "@/lib/host/ssh/public-key";
import type { Handler } from "@/lib/http/endpoint";
import { encrypt } from "@/lib/secrets";
import { createUser, signIn } from "./live";

type Headers = Record<string, string>;

/** Filled before the first test. */
export const people: { admin: Headers; operator: Headers; viewer: Headers } = { admin: {}, operator: {}, viewer: {} };
/** Ids of SSH keys, one without and one with a passphrase. */
export const keys = { plain: 0, locked: 0 };

/** Gives the file three users and two keys, and each test no servers. */
export function useRegistry(): void {
  beforeAll(async () => {
    people.admin = (await signIn(await createUser("anna", "admin"))).headers;
    people.operator = (await signIn(await createUser("oleg", "operator"))).headers;
    people.viewer = (await signIn(await createUser("vera", "viewer"))).headers;
    keys.plain = await createKey("plain", false);
    keys.locked = await createKey("locked", true);
  });
  beforeEach(async () => {
    await pool().query("TRUNCATE audit_log, activity_events, throttle");
    await pool().query("DELETE FROM probe_state; DELETE FROM latest; DELETE FROM servers; DELETE FROM lease");
  });
}

async function createKey(name: string, hasPassphrase: boolean): Promise<number> {
  const { privateKey } = generateKeyPairSync("ed25519");
  const text = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  const { rows } = await pool().query<{ id: number }>(
    `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
     VALUES ($1, 'ssh-ed25519', 'SHA256:' || $1, 'ssh-ed25519 AAAA', '', $2) RETURNING id`,
    [name, hasPassphrase],
  );
  const id = rows[0]?.id ?? 0;
  const sealed = encrypt(text, `ssh_keys:private_key:${id}`);
  await pool().query("UPDATE ssh_keys SET private_key = $2 WHERE id = $1", [id, sealed]);
  return id;
}

export interface Asked {
  headers?: Headers;
  name?: string;
  /** Of a path with more than a name. */
  params?: Record<string, string>;
  body?: unknown;
  query?: string;
}

/** Asks a route as the operator. */
export async function ask(
  module: object,
  method: string,
  { headers = people.operator, name, params, body, query = "" }: Asked = {},
) {
  const handler = (module as Record<string, Handler>)[method] as Handler;
  const request = new Request(`http://localhost/api/servers/x${query}`, {
    method,
    headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const response = await handler(request, { params: Promise.resolve(params ?? (name === undefined ? {} : { name })) });
  return { status: response.status, body: await response.json(), etag: response.headers.get("etag") };
}
export const create = (body: object, over: Asked = {}) => ask(servers, "POST", { body, ...over });
export const change = (name: string, body: object, over: Asked = {}) => ask(server, "PUT", { name, body, ...over });
export const read = (name: string, over: Asked = {}) => ask(server, "GET", { name, ...over });
export const remove = (name: string, over: Asked = {}) => ask(server, "DELETE", { name, ...over });

export const ORDERS = { name: "orders", host: "db.example.org", user: "dozor", password: "first secret" };
/** A host key, and how it is told. */
export const KEY_A = `ssh-ed25519 ${"A".repeat(68)}`;
export const PRINT_A = fingerprintOf(KEY_A);
export const SSH = { ssh_user: "watcher", ssh_password: "second secret", ssh_host_keys: [KEY_A] };

interface Row extends Record<"pg_password" | "ssh_password" | "ssh_key_passphrase" | "created_by", string> {
  id: number;
  updated_at: Date;
}
/** The stored row; undefined where there is none. */
export const row = async (name: string) =>
  (await pool().query("SELECT * FROM servers WHERE name = $1", [name])).rows[0] as Row;
/** The audit log, the oldest entry first. */
export const audited = async () =>
  (await prisma().auditLog.findMany({ orderBy: { id: "asc" } })).map(({ eventType, actor, targetName, details }) => ({
    eventType,
    actor,
    targetName,
    details,
  }));
/** The activity feed, the oldest event first. */
export const told = async () => (await pool().query("SELECT type, message FROM activity_events ORDER BY id")).rows;
