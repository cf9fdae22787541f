// What is typed into the form: texts, as fields hold them, until they become changes of a server.
import { defaultSslmode, type ServerConfig } from "@/lib/fleet/input-schema";
import type { SslMode } from "@/lib/ssl-modes";
import { INTERVALS, type IntervalName } from "./server-actions";

export interface Draft {
  name: string;
  /** Whether PostgreSQL is watched; without it the machine is. */
  postgres: boolean;
  host: string;
  port: string;
  user: string;
  /** Empty keeps a stored one; null takes it away. */
  password: string | null;
  database: string;
  /** Null: nobody chose; it follows the host. */
  sslmode: SslMode | null;
  ca: string;
  /** Whether the machine is the one that Dozor runs on: read directly. */
  here: boolean;
  /** Whether the machine beside PostgreSQL is read over SSH. */
  ssh: boolean;
  ssh_host: string;
  ssh_port: string;
  ssh_user: string;
  ssh_auth_type: "password" | "key";
  ssh_password: string | null;
  /** Id of a key; empty for none. */
  ssh_key_id: string;
  ssh_key_passphrase: string | null;
  ssh_host_keys: string[];
  labels: Record<string, string>;
  enabled: boolean;
  intervals: Record<IntervalName, string>;
}

/** Fields that hold a secret. */
export type SecretField = "password" | "ssh_password" | "ssh_key_passphrase";

const EMPTY: Draft = {
  ...{ name: "", host: "", port: "5432", user: "", password: "", database: "postgres", sslmode: null, ca: "" },
  ...{ postgres: true, here: false, ssh: false, ssh_host: "", ssh_port: "22", ssh_user: "", ssh_auth_type: "key" },
  ...{ ssh_password: "", ssh_key_id: "", ssh_key_passphrase: "", ssh_host_keys: [] },
  ...{ labels: {}, enabled: true },
  intervals: { collect_interval: "", size_update_interval: "", db_check_interval: "" },
};

const text = (value: string | number | null | undefined, otherwise = ""): string => String(value ?? otherwise);

/** What the form begins with. @param config null for a new server */
export function draftOf(config: ServerConfig | null): Draft {
  if (config === null) return EMPTY;
  return {
    ...{ name: config.name, host: text(config.host), port: text(config.port, "5432"), user: text(config.user) },
    ...{ password: "", database: text(config.database, "postgres"), sslmode: config.sslmode, ca: text(config.ca) },
    ...{ postgres: config.host !== null, here: config.host_kind === "local" },
    ...{ ssh: config.ssh_user !== null, ssh_host: text(config.ssh_host), ssh_port: text(config.ssh_port, "22") },
    ...{ ssh_user: text(config.ssh_user), ssh_auth_type: config.ssh_auth_type ?? "key", ssh_password: "" },
    ...{ ssh_key_id: text(config.ssh_key_id), ssh_key_passphrase: "", ssh_host_keys: config.ssh_host_keys },
    ...{ labels: config.labels, enabled: config.enabled },
    intervals: Object.fromEntries(INTERVALS.map((name) => [name, text(config.intervals[name])])) as Draft["intervals"],
  };
}

/** The mode that a save would use. */
export const sslmodeOf = (draft: Draft): SslMode => draft.sslmode ?? defaultSslmode(draft.host.trim());

/** A server without PostgreSQL is a machine: this one, or one that is read over SSH. */
export const readsOverSsh = ({ postgres, here, ssh }: Draft): boolean => !here && (ssh || !postgres);

/** What is sent: of a new server all, of a stored one what differs from it. Fields are not checked here. */
export function changesOf(draft: Draft, config: ServerConfig | null): Record<string, unknown> {
  const now = fieldsOf(draft);
  if (config === null) return now;
  const before = fieldsOf(draftOf(config));
  const differs = ([field, value]: [string, unknown]) => JSON.stringify(value) !== JSON.stringify(before[field]);
  const leaves = config.host_kind === "local" && !draft.here;
  return { ...Object.fromEntries(Object.entries(now).filter(differs)), ...(leaves && { host_kind: "ssh" }) };
}

function fieldsOf(draft: Draft): Record<string, unknown> {
  const { name, labels, enabled, intervals } = draft;
  const postgres = draft.postgres ? postgresOf(draft) : { host: null };
  return { name: name.trim(), ...postgres, ...machineOf(draft), labels, enabled, intervals };
}

function postgresOf(draft: Draft): Record<string, unknown> {
  const { host, port, user, database, ca } = draft;
  return {
    ...{ host: host.trim(), port: port.trim(), user: user.trim(), database: database.trim() },
    ...secretOf("password", draft.password),
    ...{ sslmode: sslmodeOf(draft), ca: ca.trim() },
  };
}

function machineOf(draft: Draft): Record<string, unknown> {
  if (draft.here) return { host_kind: "local", ssh_user: null };
  if (!readsOverSsh(draft)) return { ssh_user: null };
  const byKey = draft.ssh_auth_type === "key";
  return {
    ...{ ssh_host: draft.ssh_host.trim(), ssh_port: draft.ssh_port.trim(), ssh_user: draft.ssh_user.trim() },
    ssh_auth_type: draft.ssh_auth_type,
    ...(byKey ? { ssh_key_id: draft.ssh_key_id } : secretOf("ssh_password", draft.ssh_password)),
    ...(byKey && secretOf("ssh_key_passphrase", draft.ssh_key_passphrase)),
    ssh_host_keys: draft.ssh_host_keys,
  };
}

const secretOf = (field: SecretField, value: string | null) => (value === "" ? {} : { [field]: value });
