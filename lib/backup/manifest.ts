// What a backup says of itself: its first member, and its last.
import { z } from "zod";

/** The version of the format that this Dozor writes, and the newest that it reads. */
export const FORMAT_VERSION = 1;

export const MANIFEST = "manifest.json";
export const END = "end.json";

const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const tableSchema = z.object({
  name,
  columns: z.array(name).min(1),
  /** Where it is a piece of another table. */
  partition: z.object({ parent: name, from: z.int(), to: z.int(), note: z.string().nullable() }).optional(),
});

export const manifestSchema = z.object({
  format: z.literal("dozor-backup"),
  version: z.literal(FORMAT_VERSION),
  /** Of the Dozor that wrote it. */
  dozor: z.string(),
  postgres: z.string(),
  /** When the snapshot was taken that it holds. */
  created_at: z.iso.datetime(),
  /** The state of the schema. */
  migrations: z.array(z.object({ name: z.string(), checksum: digest })),
  /** In an order in which each follows those that it refers to. */
  tables: z.array(tableSchema),
  /** Numbers are never given twice, so the counters are kept as well. */
  counters: z.array(z.object({ table: name, column: name, last: z.string().regex(/^\d{1,19}$/), called: z.boolean() })),
  /** By which a restore knows the secrets again: no secret can be found from them. */
  fingerprints: z.object({ auth_secret: digest, encryption_keys: z.record(z.string(), digest) }),
});

export const endSchema = z.object({
  /** SHA-256 of every byte before this member. */
  sha256: digest,
  rows: z.record(name, z.int().nonnegative()),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type End = z.infer<typeof endSchema>;
export type StoredTable = z.infer<typeof tableSchema>;

/** What the first and the last member say. */
export interface Envelope {
  manifest: Manifest;
  end: End;
}
