// What a test of a connection tells, before or after a server is saved.
import { z } from "zod";

const outcome = {
  success: z.boolean(),
  /** For people; holds no secret. */
  message: z.string(),
  /** Why it failed, as in a server's `reason`; null on success. */
  code: z.string().nullable(),
  round_trip_ms: z.number().nullable(),
};

export const postgresTestSchema = z.object({
  ...outcome,
  /** `17.7`; null where nobody answered. */
  version: z.string().nullable(),
  version_number: z.int().nullable(),
  in_recovery: z.boolean().nullable(),
  /** Whether a pooler stands in between, which gives each transaction whatever connection is free. */
  pooled: z.boolean(),
  connections: z.object({ active: z.int().nullable(), idle: z.int().nullable(), max: z.int() }).nullable(),
  /** `verified`: what was checked of the certificate. Null: not encrypted. */
  tls: z
    .object({ protocol: z.string(), cipher: z.string(), verified: z.enum(["name", "authority", "nothing"]) })
    .nullable(),
  /** Roles and rights that matter, and what is lost without them. */
  privileges: z.array(z.object({ name: z.string(), granted: z.boolean(), lost: z.string().nullable() })),
  /** Each frequent probe asked once. */
  probes: z.array(z.object({ probe: z.string(), ok: z.boolean(), ms: z.number(), reason: z.string().nullable() })),
  /** What the owner runs once to give everything that is missing; null when nothing is. */
  grant_script: z.string().nullable(),
  /** What watching will cost at the intervals of this server. */
  cost: z.object({ queries_per_min: z.number(), ms_per_min: z.number(), connections: z.int() }).nullable(),
});
export type PostgresTest = z.infer<typeof postgresTestSchema>;

const hostKeySchema = z.object({
  type: z.string(),
  /** `SHA256:…` */
  fingerprint: z.string(),
  /** `ssh-ed25519 AAAA…`: what goes into `ssh_host_keys` once it is confirmed. */
  key: z.string(),
});

export const sshTestSchema = z.object({
  ...outcome,
  /** What the machine presented; null where it was not reached. */
  host_key: hostKeySchema.nullable(),
  /** `trusted`: confirmed before. `unknown`: has to be confirmed; nothing secret was sent. `changed`: another one was confirmed. */
  host_key_state: z.enum(["trusted", "unknown", "changed"]).nullable(),
  /** Those that were confirmed. */
  expected: z.array(hostKeySchema.omit({ key: true })),
  /** Kernel and name of the machine, where a command may be run. */
  system: z.string().nullable(),
});
export type SshTest = z.infer<typeof sshTestSchema>;
