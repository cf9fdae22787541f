// Which fields are wrong, and on which step they stand: by the schema of the API, in the browser and after a refusal.

import type { FieldError } from "@/lib/errors";
import { type ServerChanges, type ServerConfig, serverChangesSchema } from "@/lib/fleet/input-schema";
import { type Fate, mergeServer, type StoredServer } from "@/lib/fleet/merge";
import { type Draft, readsOverSsh, type SecretField } from "./draft";

export const STEPS = ["postgres", "ssh", "labels"] as const;
export type Step = (typeof STEPS)[number];

/** What is wrong, by the path of a field: the rule's name, where there is one, or its sentence. */
export type FieldErrors = Readonly<Record<string, string>>;

/** The step that holds a field. */
export function stepOf(path: string): Step {
  if (path.startsWith("ssh_") || path === "host_kind") return "ssh";
  return /^(labels|intervals|enabled)\b/.test(path) ? "labels" : "postgres";
}

/** The first wrong field of each path; of deeper ones the field that shows them. */
export function errorsOf(fields: readonly FieldError[]): FieldErrors {
  const errors: Record<string, string> = {};
  for (const { path, rule, message } of fields) {
    const [field = "", inner] = path.split(".");
    errors[field === "intervals" && inner ? path : field] ??= rule ?? message;
  }
  return errors;
}

/** What can be told without asking the server. */
export function checkDraft(draft: Draft, changes: Record<string, unknown>): FieldErrors {
  const parsed = serverChangesSchema.safeParse(changes);
  const issues = parsed.success
    ? []
    : parsed.error.issues.map(({ path, message }) => ({ path: path.join("."), message }));
  const overSsh = readsOverSsh(draft);
  const missing: [string, boolean][] = [
    ["name", !draft.name.trim()],
    ["host", draft.postgres && !draft.host.trim()],
    ["user", draft.postgres && !draft.user.trim()],
    ["ssh_host", overSsh && !draft.postgres && !draft.ssh_host.trim()],
    ["ssh_user", overSsh && !draft.ssh_user.trim()],
    ["ssh_key_id", overSsh && draft.ssh_auth_type === "key" && !draft.ssh_key_id],
  ];
  return {
    ...errorsOf(issues),
    ...Object.fromEntries(missing.flatMap(([path, lacks]) => (lacks ? [[path, "required"]] : []))),
  };
}

/** What becomes of each secret with these changes, by the very rules of the server. */
export function secretsAfter(
  config: ServerConfig | null,
  changes: Record<string, unknown>,
): Record<SecretField, Fate["is"]> {
  const { secrets } = mergeServer(config && storedOf(config), wellFormed(changes));
  return {
    password: secrets.pg_password.is,
    ssh_password: secrets.ssh_password.is,
    ssh_key_passphrase: secrets.ssh_key_passphrase.is,
  };
}

/** Half-typed fields count as they will when they are whole: a port that is none yet is at least another one. */
function wellFormed(changes: Record<string, unknown>): ServerChanges {
  const parsed = serverChangesSchema.safeParse(changes);
  if (parsed.success) return parsed.data;
  const broken = new Set(parsed.error.issues.map(({ path }) => path[0]));
  const rest = Object.entries(changes).filter(([field]) => !broken.has(field));
  const anything = { ...(broken.has("host") && { host: "?" }), ...(broken.has("ssh_host") && { ssh_host: "?" }) };
  const ports = { ...(broken.has("port") && { port: 0 }), ...(broken.has("ssh_port") && { ssh_port: 0 }) };
  return { ...serverChangesSchema.parse(Object.fromEntries(rest)), ...anything, ...ports };
}

/** The row behind a configuration, with its secrets as seals that nobody reads. */
function storedOf(config: ServerConfig): StoredServer {
  const seal = (is: boolean) => (is ? "sealed" : null);
  const { name, enabled, labels, host_kind, intervals } = config;
  return {
    ...{ id: 0, name, enabled, labels, host_kind, intervals },
    ...{ pg_host: config.host, pg_port: config.port, pg_user: config.user, pg_database: config.database },
    ...{ pg_sslmode: config.sslmode, pg_ca: config.ca },
    ...{ ssh_host: config.ssh_host, ssh_port: config.ssh_port, ssh_user: config.ssh_user },
    ...{ ssh_auth_type: config.ssh_auth_type, ssh_key_id: config.ssh_key_id, ssh_host_keys: config.ssh_host_keys },
    pg_password: seal(config.has_password),
    ssh_password: seal(config.has_ssh_password),
    ssh_key_passphrase: seal(config.has_ssh_key_passphrase),
  };
}
