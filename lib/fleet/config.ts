// A server as it is edited: everything that can be changed, secrets only as whether they are there.
import { etagOf } from "../etag";
import { type Actor, requirePermission } from "../users/permissions";
import type { ServerConfig } from "./input-schema";
import type { StoredServer } from "./merge";
import { requireOneServer } from "./queries";
import { readServer } from "./stored";

/** What somebody who edits a server has seen of it. */
export function configOf(server: StoredServer): ServerConfig {
  return {
    name: server.name,
    host: server.pg_host,
    port: server.pg_port,
    user: server.pg_user,
    database: server.pg_database,
    sslmode: server.pg_sslmode,
    ca: server.pg_ca,
    has_password: server.pg_password !== null,
    host_kind: server.host_kind,
    ssh_host: server.ssh_host,
    ssh_port: server.ssh_port,
    ssh_user: server.ssh_user,
    ssh_auth_type: server.ssh_auth_type,
    ssh_key_id: server.ssh_key_id,
    has_ssh_password: server.ssh_password !== null,
    has_ssh_key_passphrase: server.ssh_key_passphrase !== null,
    ssh_host_keys: server.ssh_host_keys,
    enabled: server.enabled,
    labels: server.labels,
    intervals: server.intervals,
  };
}

/** What the edit form begins with, and the entity tag under which it was read. @throws AppError unauthenticated, forbidden, not_found */
export async function serverConfig(actor: Actor | null, name: string): Promise<{ config: ServerConfig; etag: string }> {
  requirePermission(actor, "servers:write");
  const config = configOf(await readServer(name));
  return { config, etag: etagOf(config) };
}

/** The entity tag alone, for everyone who reads or changes servers. @throws AppError unauthenticated, forbidden, not_found */
export async function serverTag(actor: Actor | null, name: string): Promise<string> {
  requireOneServer(actor);
  return etagOf(configOf(await readServer(name)));
}
