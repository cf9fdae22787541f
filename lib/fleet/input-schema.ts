// A server as people and API clients register it. Which secrets outlive a change is decided where it is written down.
import { z } from "zod";
import { SSL_MODES, type SslMode } from "../ssl-modes";

export const SSH_AUTH_TYPES = ["password", "key"] as const;

/** Names that addresses use for something else. */
const RESERVED = new Set(["new", "test-pg", "test-ssh"]);
const HOST_NAME =
  /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?(?:\.[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$/;
const IP_V6 = /^(?=[0-9a-fA-F:.]*:[0-9a-fA-F:.]*:)[0-9a-fA-F:.]{2,45}(?:%[A-Za-z0-9._-]{1,32})?$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;

const text = (most: number) =>
  z
    .string()
    .max(most, `must be at most ${most} characters`)
    .refine((value) => !CONTROL.test(value), "must not hold control characters");

export const serverNameSchema = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    "must be 1 to 64 letters, digits, hyphens, underscores and dots, and begin with a letter or digit",
  )
  .refine((name) => !RESERVED.has(name), "is reserved; choose another name");

const hostName = text(255).transform((value) => value.trim().replace(/^\[(.*)\]$/, "$1"));

/** A host name, an IPv4 or IPv6 address, or the absolute path of a unix socket directory. */
export const hostSchema = hostName.refine(
  (value) => value.startsWith("/") || HOST_NAME.test(value) || IP_V6.test(value),
  "must be a host name, an IP address, or the absolute path of a unix socket directory",
);
const sshHost = hostName.refine(
  (value) => HOST_NAME.test(value) || IP_V6.test(value),
  "must be a host name or an IP address",
);

/** Forms and older clients send "" for what is not there. */
const orNull = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? null : value), schema.nullable());

/** The same, and null, of what cannot be taken away: it stays, or is what it is by default. */
const orStays = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" || value === null ? undefined : value), schema.optional());

/** Older clients send numbers as texts. */
const wholeNumber = (least: number, most: number, message: string) =>
  z.preprocess(
    (value) => (typeof value === "string" && /^\s*\d{1,15}\s*$/.test(value) ? Number(value) : value),
    z.int(message).min(least, message).max(most, message),
  );

export const portSchema = wholeNumber(1, 65_535, "must be a whole number from 1 to 65535");

const secret = z
  .string()
  .max(1_024, "must be at most 1024 characters")
  .refine((value) => !value.includes("\0"), "must not hold a NUL character");

/** PEM of one or more certificates; whether they can be read is looked at where they are used. */
const caSchema = z
  .string()
  .max(65_536, "must be at most 64 KiB")
  .transform((value) => value.trim())
  .refine(
    (value) => value === "" || /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----$/.test(value),
    "must be certificates in PEM format",
  );

const hostKey = z
  .string()
  .transform((value) => value.trim().split(/\s+/).slice(0, 2).join(" "))
  .refine(
    (value) => /^(?:ssh-|ecdsa-sha2-|sk-)[a-z0-9@.-]{1,60} [A-Za-z0-9+/]{20,8000}={0,2}$/.test(value),
    "must be host keys such as `ssh-ed25519 AAAA…`",
  );

const LABEL_KEY = /^[A-Za-z0-9](?:[A-Za-z0-9._/-]{0,61}[A-Za-z0-9])?$/;
export const MOST_LABELS = 20;
export const labelsSchema = z
  .record(z.string().regex(LABEL_KEY, "the name of a label must be 1 to 63 letters, digits and . _ / -"), text(128))
  .refine((labels) => Object.keys(labels).length <= MOST_LABELS, `must be at most ${MOST_LABELS} labels`);

const seconds = (least: number) => wholeNumber(least, 86_400, `must be ${least} to 86400 whole seconds`);

/** What of the settings a server overrides; what is missing or null follows them. */
export const intervalsSchema = z.object({
  collect_interval: orNull(seconds(5)).optional(),
  size_update_interval: orNull(seconds(300)).optional(),
  db_check_interval: orNull(seconds(300)).optional(),
});
export type ServerIntervals = z.infer<typeof intervalsSchema>;

/**
 * What can be said of a server. An empty or missing secret means the stored one; null takes it away. A missing `sslmode` is
 * verify-full for a new server elsewhere, prefer on this machine.
 */
export const serverChangesSchema = z.object({
  name: serverNameSchema.optional(),
  /** Null: its PostgreSQL is not watched. */
  host: hostSchema.nullish(),
  port: orStays(portSchema),
  user: text(63).min(1, "must not be empty").nullish(),
  password: secret.nullable().optional(),
  database: orStays(text(63)),
  sslmode: orStays(z.enum(SSL_MODES, `must be one of ${SSL_MODES.join(", ")}`)),
  ca: orNull(caSchema).optional(),
  /** `local`: the machine that Dozor runs on is read directly. Anything else follows from `ssh_user`. */
  host_kind: orNull(z.enum(["local", "ssh"], "must be local or ssh")).optional(),
  ssh_host: orNull(sshHost).optional(),
  ssh_port: orNull(portSchema).optional(),
  ssh_user: orNull(text(64)).optional(),
  ssh_auth_type: orNull(z.enum(SSH_AUTH_TYPES, "must be password or key")).optional(),
  ssh_password: secret.nullable().optional(),
  ssh_key_id: orNull(wholeNumber(1, 2_147_483_647, "must be the id of an SSH key")).optional(),
  ssh_key_passphrase: secret.nullable().optional(),
  /** Host keys to trust, `type base64` each: what *Test* has shown and somebody has confirmed. */
  ssh_host_keys: orStays(z.array(hostKey).max(16, "must be at most 16 keys")),
  labels: orStays(labelsSchema),
  enabled: orStays(z.boolean()),
  intervals: orStays(intervalsSchema),
});
export type ServerChanges = z.output<typeof serverChangesSchema>;

/** The `sslmode` that a new server begins with: on this machine nobody stands in between. */
export function defaultSslmode(host: string): SslMode {
  const isHere = host.startsWith("/") || /^(localhost\.?|127(\.\d{1,3}){3}|::1)$/i.test(host);
  return isHere ? "prefer" : "verify-full";
}

/** What else has to be said is told by checks.ts: PostgreSQL, a machine, or both. */
export const serverInputSchema = serverChangesSchema.required({ name: true });
export type ServerInput = z.output<typeof serverInputSchema>;

/** What has to be said of a server that is not saved for its connections to be tried out. */
export const postgresTrialSchema = serverChangesSchema.required({ host: true, user: true });
export const sshTrialSchema = serverChangesSchema.required({ ssh_user: true });

/** What the edit form begins with; secrets only as whether they are there. */
export const serverConfigSchema = z.object({
  name: z.string(),
  host: z.string().nullable(),
  port: z.int().nullable(),
  user: z.string().nullable(),
  database: z.string().nullable(),
  sslmode: z.enum(SSL_MODES).nullable(),
  ca: z.string().nullable(),
  has_password: z.boolean(),
  host_kind: z.enum(["local", "ssh"]).nullable(),
  ssh_host: z.string().nullable(),
  ssh_port: z.int().nullable(),
  ssh_user: z.string().nullable(),
  ssh_auth_type: z.enum(SSH_AUTH_TYPES).nullable(),
  ssh_key_id: z.int().nullable(),
  has_ssh_password: z.boolean(),
  has_ssh_key_passphrase: z.boolean(),
  ssh_host_keys: z.array(z.string()),
  enabled: z.boolean(),
  labels: z.record(z.string(), z.string()),
  intervals: intervalsSchema,
});
export type ServerConfig = z.infer<typeof serverConfigSchema>;
