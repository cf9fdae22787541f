// What the audit log tells of a change of a server: old and new by field; of a secret only what became of it.
import type { Prisma } from "../db";
import { fingerprintOf } from "../host/ssh/public-key";
import type { Fate, Merged, ServerFields, StoredServer } from "./merge";
import { SECRET_COLUMNS, SECRETS } from "./merge";

/** Columns by the names under which people know them. What is too long is told in other words: certificates, host keys. */
const TOLD = {
  name: "name",
  enabled: "enabled",
  labels: "labels",
  intervals: "intervals",
  pg_host: "host",
  pg_port: "port",
  pg_user: "user",
  pg_database: "database",
  pg_sslmode: "sslmode",
  ssh_host: "ssh_host",
  ssh_port: "ssh_port",
  ssh_user: "ssh_user",
  ssh_auth_type: "ssh_auth_type",
  ssh_key_id: "ssh_key_id",
} as const satisfies Partial<Record<keyof ServerFields, string>>;
const COLUMNS = Object.keys(TOLD) as (keyof typeof TOLD)[];

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What differs; empty where nothing does. */
export function changeDetails(before: StoredServer, merged: Merged): Prisma.InputJsonObject {
  const { row } = merged;
  const plain = COLUMNS.filter((column) => !same(before[column], row[column])).map((column) => [
    TOLD[column],
    { old: before[column], new: row[column] },
  ]);
  const ca = before.pg_ca === row.pg_ca ? [] : [["ca", "changed"]];
  const keys = { old: before.ssh_host_keys.map(fingerprintOf), new: row.ssh_host_keys.map(fingerprintOf) };
  const hostKeys = same(keys.old, keys.new) ? [] : [["ssh_host_keys", keys]];
  const machine = machineDetails(row, (kind) => ({ old: before.host_kind, new: kind }), before);
  return Object.fromEntries([...plain, ...machine, ...ca, ...hostKeys, ...secretDetails(merged, before)]);
}

/** What a new server is. */
export function newDetails(merged: Merged): Prisma.InputJsonObject {
  const { row } = merged;
  const known = COLUMNS.filter((column) => column !== "name" && !same(row[column] ?? {}, {}));
  const plain = known.map((column) => [TOLD[column], row[column]]);
  const ca = row.pg_ca === null ? [] : [["ca", "set"]];
  const hostKeys = row.ssh_host_keys.length === 0 ? [] : [["ssh_host_keys", row.ssh_host_keys.map(fingerprintOf)]];
  const machine = machineDetails(row, (kind) => kind);
  return Object.fromEntries([...plain, ...machine, ...ca, ...hostKeys, ...secretDetails(merged, null)]);
}

/** Whether this machine is read directly; a way over SSH tells of itself. */
function machineDetails<Told>(
  { host_kind }: ServerFields,
  tell: (kind: ServerFields["host_kind"]) => Told,
  before?: StoredServer,
): [string, Told][] {
  const isSame = (host_kind === "local") === (before?.host_kind === "local");
  return isSame ? [] : [["host_kind", tell(host_kind)]];
}

function secretDetails({ secrets }: Merged, before: StoredServer | null): [string, string][] {
  return SECRET_COLUMNS.flatMap((column): [string, string][] => {
    const word = wordFor(secrets[column], before?.[column] ?? null);
    return word ? [[SECRETS[column], word]] : [];
  });
}

function wordFor({ is }: Fate, before: string | null): string | null {
  if (is === "new") return before === null ? "set" : "changed";
  if (is === "dropped") return "dropped";
  return is === "none" && before !== null ? "removed" : null;
}
