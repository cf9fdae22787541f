// What a change makes of a server, and which of its stored secrets outlive it. Whoever may edit a server need not know its
// password: no change may have a stored secret sent to another machine, or past a weaker check of which machine it is. Pure.
import { isWeaker, type SslMode } from "../ssl-modes";
import { defaultSslmode, type ServerChanges, type ServerIntervals } from "./input-schema";

/** A row of `servers`, without secrets. */
export interface ServerFields {
  name: string;
  enabled: boolean;
  labels: Record<string, string>;
  host_kind: "local" | "ssh" | null;
  pg_host: string | null;
  pg_port: number | null;
  pg_user: string | null;
  pg_database: string | null;
  pg_sslmode: SslMode | null;
  pg_ca: string | null;
  ssh_host: string | null;
  ssh_port: number | null;
  ssh_user: string | null;
  ssh_auth_type: "password" | "key" | null;
  ssh_key_id: number | null;
  ssh_host_keys: string[];
  intervals: ServerIntervals;
}

/** Columns that hold secrets, each by the field that sends one. */
export const SECRETS = {
  pg_password: "password",
  ssh_password: "ssh_password",
  ssh_key_passphrase: "ssh_key_passphrase",
} as const;
export type SecretColumn = keyof typeof SECRETS;
export const SECRET_COLUMNS = Object.keys(SECRETS) as SecretColumn[];

/** Secrets are sealed. */
export type StoredServer = ServerFields & Record<SecretColumn, string | null> & { id: number };

/** `stored`: what the row holds stays. `dropped`: it held one that may not go along; `none`: there is none any more. */
export type Fate = { is: "new"; plain: string } | { is: "stored" } | { is: "dropped" } | { is: "none" };

export interface Merged {
  row: ServerFields;
  secrets: Record<SecretColumn, Fate>;
}

const POSTGRES_PORT = 5432;
const SSH_PORT = 22;

const NEW: Omit<StoredServer, "id"> = {
  ...{ name: "", enabled: true, labels: {}, intervals: {}, host_kind: null },
  ...{ pg_host: null, pg_port: null, pg_user: null, pg_database: null, pg_sslmode: null, pg_ca: null },
  ...{ ssh_host: null, ssh_port: null, ssh_user: null, ssh_auth_type: null, ssh_key_id: null, ssh_host_keys: [] },
  ...{ pg_password: null, ssh_password: null, ssh_key_passphrase: null },
};

/** @param stored null for a server that is new */
export function mergeServer(stored: StoredServer | null, changes: ServerChanges): Merged {
  const before = stored ?? NEW;
  const postgres = postgresOf(before, changes);
  const isHere = (changes.host_kind === undefined ? before : changes).host_kind === "local";
  const ssh = sshOf(isHere ? { ...before, ssh_user: null } : before, changes, postgres.pg_host);
  const row: ServerFields = {
    name: changes.name ?? before.name,
    enabled: changes.enabled ?? before.enabled,
    labels: changes.labels ?? before.labels,
    intervals: givenOf(changes.intervals ?? before.intervals),
    host_kind: isHere ? "local" : ssh.ssh_user === null ? null : "ssh",
    ...postgres,
    ...ssh,
  };
  const goesOn = sameMachine(before, row);
  const keeps: Record<SecretColumn, boolean> = {
    pg_password: samePostgres(before, row),
    ssh_password: goesOn && row.ssh_auth_type === "password",
    ssh_key_passphrase: goesOn && row.ssh_auth_type === "key" && row.ssh_key_id === before.ssh_key_id,
  };
  const takes: Record<SecretColumn, boolean> = {
    pg_password: row.pg_host !== null,
    ssh_password: row.ssh_auth_type === "password",
    ssh_key_passphrase: row.ssh_auth_type === "key",
  };
  const fate = (column: SecretColumn): Fate => {
    const sent = changes[SECRETS[column]];
    if (sent && takes[column]) return { is: "new", plain: sent };
    if (before[column] === null || sent === null) return { is: "none" };
    return { is: keeps[column] ? "stored" : "dropped" };
  };
  return {
    row,
    secrets: {
      pg_password: fate("pg_password"),
      ssh_password: fate("ssh_password"),
      ssh_key_passphrase: fate("ssh_key_passphrase"),
    },
  };
}

type PostgresFields = "pg_host" | "pg_port" | "pg_user" | "pg_database" | "pg_sslmode" | "pg_ca";

function postgresOf(before: ServerFields, changes: ServerChanges): Pick<ServerFields, PostgresFields> {
  const host = changes.host === undefined ? before.pg_host : changes.host;
  if (host === null) {
    const none = { pg_port: null, pg_user: null, pg_database: null, pg_sslmode: null, pg_ca: null };
    return { pg_host: null, ...none };
  }
  return {
    pg_host: host,
    pg_port: changes.port ?? before.pg_port ?? POSTGRES_PORT,
    pg_user: changes.user ?? before.pg_user,
    pg_database: changes.database ?? before.pg_database ?? "postgres",
    pg_sslmode: changes.sslmode ?? sslmodeOf(before) ?? defaultSslmode(host),
    pg_ca: changes.ca === undefined ? before.pg_ca : changes.ca || null,
  };
}

/** What a row without one acts by. */
const sslmodeOf = (row: ServerFields): SslMode | null => row.pg_sslmode ?? (row.pg_host === null ? null : "prefer");

type SshFields = "ssh_host" | "ssh_port" | "ssh_user" | "ssh_auth_type" | "ssh_key_id" | "ssh_host_keys";

function sshOf(before: ServerFields, changes: ServerChanges, pgHost: string | null): Pick<ServerFields, SshFields> {
  const next = <T>(given: T | undefined, stored: T): T => (given === undefined ? stored : given);
  const user = next(changes.ssh_user, before.ssh_user);
  if (user === null) {
    const none = { ssh_host: null, ssh_port: null, ssh_auth_type: null, ssh_key_id: null };
    return { ...none, ssh_user: null, ssh_host_keys: [] };
  }
  // A machine that goes on without its PostgreSQL stays where it was.
  const address = pgHost === null && !before.pg_host?.startsWith("/") ? before.pg_host : null;
  const host = next(changes.ssh_host, before.ssh_host) ?? address;
  const port = next(changes.ssh_port, before.ssh_port) ?? SSH_PORT;
  const type = authTypeOf(before, changes);
  const stays = sameAddress(before, { pg_host: pgHost, ssh_host: host, ssh_port: port });
  return {
    ssh_host: host,
    ssh_port: port,
    ssh_user: user,
    ssh_auth_type: type,
    ssh_key_id: type === "key" ? next(changes.ssh_key_id, before.ssh_key_id) : null,
    ssh_host_keys: [...new Set(changes.ssh_host_keys ?? (stays ? before.ssh_host_keys : []))],
  };
}

/** A key that is named is meant to be used, one that is taken away is not. */
function authTypeOf(before: ServerFields, { ssh_auth_type: type, ssh_key_id: key }: ServerChanges): "password" | "key" {
  if (type) return type;
  if (key !== undefined) return key === null ? "password" : "key";
  return before.ssh_auth_type ?? "password";
}

type Address = Pick<ServerFields, "pg_host" | "ssh_host" | "ssh_port">;

// Two spellings of one address are two addresses here: to ask for a password once more harms nobody.
function sameAddress(a: Address, b: Address): boolean {
  return (a.ssh_host ?? a.pg_host) === (b.ssh_host ?? b.pg_host) && portOf(a) === portOf(b);
}

const portOf = ({ ssh_port: port }: Address): number => port ?? SSH_PORT;

/** Whether the PostgreSQL password goes to the same server, by the same name, past a check that is no weaker. */
function samePostgres(before: ServerFields, after: ServerFields): boolean {
  return (
    before.pg_host === after.pg_host &&
    (before.pg_port ?? POSTGRES_PORT) === after.pg_port &&
    before.pg_user === after.pg_user &&
    before.pg_ca === after.pg_ca &&
    !isWeaker(after.pg_sslmode ?? "prefer", sslmodeOf(before) ?? "prefer")
  );
}

/** Whether what is sent over SSH goes to the same machine and account, and no key is trusted that was not. */
function sameMachine(before: ServerFields, after: ServerFields): boolean {
  return (
    before.ssh_user !== null &&
    before.ssh_user === after.ssh_user &&
    sameAddress(before, after) &&
    trustsNoOther(before.ssh_host_keys, after.ssh_host_keys)
  );
}

/** The first confirmation trusts whom the stored secret was meant for; forgetting all would make way for another first one. */
function trustsNoOther(before: readonly string[], after: readonly string[]): boolean {
  return before.length === 0 || (after.length > 0 && after.every((key) => before.includes(key)));
}

function givenOf(intervals: ServerIntervals): ServerIntervals {
  return Object.fromEntries(Object.entries(intervals).filter(([, seconds]) => seconds != null));
}
