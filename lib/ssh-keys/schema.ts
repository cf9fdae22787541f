// SSH keys as people and API clients see them: never the private part.
import { z } from "zod";

export const KEY_FILE_BYTES = 32_768;

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
const CONTROL = /[\u0000-\u001f\u007f]/;
export const keyNameSchema = z
  .string()
  .transform((value) => value.trim())
  .refine((value) => value.length >= 1 && value.length <= 64, "must be 1 to 64 characters")
  .refine((value) => !CONTROL.test(value), "must not hold control characters");
const description = z.preprocess(
  (value) => (typeof value === "string" && value.trim() === "" ? null : value),
  z.string().max(500, "must be at most 500 characters").nullable(),
);
/** Without one: left out, null or empty. It is tried and never stored. */
const passphrase = z
  .string()
  .max(1_024, "must be at most 1024 characters")
  .nullish()
  .transform((text) => text || undefined);

export const KEY_SIZES = [2048, 3072, 4096] as const;

export const generateKeySchema = z.object({
  name: keyNameSchema,
  description: description.optional(),
  key_type: z.enum(["ed25519", "rsa"], "must be ed25519 or rsa").default("ed25519"),
  /** RSA only. */
  key_size: z.coerce
    .number()
    .refine((bits) => (KEY_SIZES as readonly number[]).includes(bits), `must be one of ${KEY_SIZES.join(", ")}`)
    .default(3072),
  passphrase,
});
export type GenerateKey = z.output<typeof generateKeySchema>;

export const importKeySchema = z.object({
  name: keyNameSchema,
  description: description.optional(),
  private_key: z.string().min(1, "must not be empty").max(KEY_FILE_BYTES, "must be at most 32 KiB"),
  passphrase,
});
export type ImportKey = z.output<typeof importKeySchema>;

/** What a form with a file sends. */
export const importKeyFileSchema = importKeySchema.omit({ private_key: true }).extend({
  file: importKeySchema.shape.private_key
    .meta({ format: "binary" })
    .describe("The private key as a file, at most 32 KiB"),
});

/** The key that an address of the API names. */
export const keyParamsSchema = z.object({ id: z.coerce.number().int().min(1).max(2_147_483_647) });

export const keyChangesSchema = z.object({ name: keyNameSchema.optional(), description: description.optional() });
export type KeyChanges = z.output<typeof keyChangesSchema>;

export const sshKeySchema = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string().nullable(),
  /** `SHA256:…` */
  fingerprint: z.string(),
  /** As the key says: `ssh-ed25519`, `ssh-rsa`, `ecdsa-sha2-nistp256`, … */
  key_type: z.string(),
  bits: z.int().nullable(),
  public_key: z.string(),
  has_passphrase: z.boolean(),
  /** Servers that use it. */
  servers_count: z.int(),
  created_at: z.iso.datetime(),
  /** Login of who brought it; null when nobody knows any more. */
  created_by: z.string().nullable(),
});
export type SshKey = z.infer<typeof sshKeySchema>;

export const keyServersSchema = z.array(
  z.object({
    id: z.int(),
    name: z.string(),
    host: z.string().nullable().describe("Of the machine, else of PostgreSQL"),
  }),
);
export type KeyServer = z.infer<typeof keyServersSchema>[number];
