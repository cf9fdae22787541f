import type { RunAccepted, RunNow } from "@/lib/collector/schema";
import type { ServerConfig } from "@/lib/fleet/input-schema";
import type { ServerSummary } from "@/lib/fleet/schema";
import type { ActionResult } from "@/lib/http/action";
import type { SshKey } from "@/lib/ssh-keys/schema";

/** A key as it is chosen. */
export type KeyChoice = Pick<SshKey, "id" | "name" | "key_type" | "fingerprint" | "has_passphrase">;

export const INTERVALS = ["collect_interval", "size_update_interval", "db_check_interval"] as const;
export type IntervalName = (typeof INTERVALS)[number];

/** What the form needs to begin. */
export interface FormData {
  /** Null for a server that is yet to be registered. `fingerprints`: of each trusted host key. */
  stored: { config: ServerConfig; etag: string; fingerprints: Record<string, string> } | null;
  /** Seconds that the settings say. */
  intervals: Record<IntervalName, number>;
  keys: KeyChoice[];
}

/** Keys of a known_hosts file for one machine. */
export interface ImportedKeys {
  keys: { type: string; fingerprint: string; key: string }[];
  revoked: number;
  problems: { line: number; message: string }[];
}

/** What the pages' viewer does with servers; the pages hand these server actions in. */
export interface ServerActions {
  load(input: { name?: string }): Promise<ActionResult<FormData>>;
  create(input: object): Promise<ActionResult<{ name: string }>>;
  update(input: { name: string; etag: string; changes: object }): Promise<ActionResult<{ name: string }>>;
  remove(input: { name: string }): Promise<ActionResult<object>>;
  hostKeys(input: { text: string; host: string; port: number }): Promise<ActionResult<ImportedKeys>>;
  run(input: RunNow): Promise<ActionResult<RunAccepted>>;
  setEnabled(input: { name: string; enabled: boolean }): Promise<ActionResult<object>>;
}

/** What a menu or a button has to know of its server. */
export type ServerAtHand = Pick<ServerSummary, "name" | "enabled" | "has_postgres" | "host_kind">;
