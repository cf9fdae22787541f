// Restoring: the file is checked from end to end first, then loaded, then looked at; what fails leaves nothing behind.
import { verifyAgainst } from "../audit/verification";
import { pool } from "../db";
import { prepareDataDirectory } from "../embedded/data-directory";
import { startEmbedded } from "../embedded/server";
import { beginStage } from "../embedded/stage";
import { type GivenEnv, givenEnv, provideEnv } from "../env";
import { awaitDatabase } from "../first-start/external";
import { StartError } from "../start-error";
import type { Progress } from "./connection";
import { requireSecrets, type Secrets } from "./fingerprint";
import { loadBackup } from "./load";
import type { Envelope } from "./manifest";
import { syncFolder } from "./sink";
import { readMembers } from "./source";

export interface RestoreRequest {
  /** Absolute. */
  file: string;
  onProgress?: (progress: Progress) => void;
  /** Ends the work; nothing stays of it then. */
  signal?: AbortSignal;
}

export interface Restored {
  /** When the backup was made, ISO 8601. */
  createdAt: string;
  rows: number;
  /** The data directory that was filled, or undefined: the database of DATABASE_URL. */
  directory: string | undefined;
  /** Migrations that the next start applies. */
  pending: string[];
  /** Problems of the audit chain; undefined where only the next start can tell. */
  auditProblems: number | undefined;
}

interface Checked {
  envelope: Envelope;
  /** The secrets that the backup holds. */
  inside: Partial<Secrets>;
}

/** Reads the whole file. @throws StartError unless every byte is as it was written */
async function checkFile(file: string): Promise<Checked> {
  const envelope: Partial<Envelope> = {};
  const inside: Partial<Secrets> = {};
  for await (const { name, bytes } of readMembers(file, (part) => Object.assign(envelope, part))) {
    if (name === "secrets/auth_secret") inside.auth_secret = bytes.toString("utf8");
    if (name === "secrets/encryption_keys") inside.encryption_keys = bytes.toString("utf8");
  }
  const { manifest, end } = envelope;
  if (!manifest || !end) throw new StartError(`${file} is no backup of Dozor. Nothing was restored.`);
  return { envelope: { manifest, end }, inside };
}

/** The secrets that Dozor will run with: the environment's before those of the file, which only a data directory keeps. */
function futureSecrets(given: GivenEnv, inside: Partial<Secrets>): Secrets {
  const kept = given.DATABASE_URL ? {} : inside;
  const auth_secret = given.AUTH_SECRET ?? kept.auth_secret;
  const encryption_keys = given.ENCRYPTION_KEYS ?? kept.encryption_keys;
  if (auth_secret !== undefined && encryption_keys !== undefined) return { auth_secret, encryption_keys };
  throw new StartError(
    "The backup holds no secrets, since they were given to the Dozor that was backed up. Give the same AUTH_SECRET and ENCRYPTION_KEYS. Nothing was restored.",
  );
}

function requireSameSecrets(given: GivenEnv, { envelope, inside }: Checked, file: string): void {
  try {
    requireSecrets(futureSecrets(given, inside), envelope.manifest);
  } catch (error) {
    if (!(error instanceof StartError) || !inside.auth_secret) throw error;
    throw new StartError(
      `${error.message} The backup holds the right ones: tar -xOf ${file} secrets/auth_secret, and secrets/encryption_keys.`,
      { cause: error },
    );
  }
}

/**
 * Restores a backup into the database that the environment names, which must be empty, or into an empty data directory.
 * @throws StartError with one readable reason; nothing of the backup stays then
 */
export async function restoreBackup(request: RestoreRequest): Promise<Restored> {
  const given = givenEnv();
  const checked = await checkFile(request.file);
  requireSameSecrets(given, checked, request.file);
  const { manifest, end } = checked.envelope;
  const done = given.DATABASE_URL
    ? { directory: undefined, ...(await restoreExternal(given.DATABASE_URL, request, checked)) }
    : await restoreEmbedded(given, request, checked);
  const rows = Object.values(end.rows).reduce((sum, count) => sum + count, 0);
  return { createdAt: manifest.created_at, rows, ...done };
}

type Loaded = Pick<Restored, "pending" | "auditProblems">;

async function load(request: RestoreRequest, { envelope }: Checked): Promise<Loaded> {
  const pending = await loadBackup({ ...request, envelope });
  try {
    // Of an older schema only the next start can tell, which first brings it up to date.
    return { pending, auditProblems: pending.length > 0 ? undefined : (await verifyAgainst([])).problemCount };
  } finally {
    await pool().end();
  }
}

async function restoreExternal(url: string, request: RestoreRequest, checked: Checked): Promise<Loaded> {
  await awaitDatabase("DATABASE_URL", url, 5_000);
  return load(request, checked);
}

async function restoreEmbedded(
  given: GivenEnv,
  request: RestoreRequest,
  checked: Checked,
): Promise<Loaded & { directory: string }> {
  const target = prepareDataDirectory(given.DATA_DIR);
  const { auth_secret, encryption_keys } = futureSecrets(given, checked.inside);
  const stage = await beginStage(target, checked.inside);
  let loaded: Loaded;
  try {
    const embedded = await startEmbedded(stage.data, () => {});
    try {
      provideEnv({ DATABASE_URL: embedded.url, AUTH_SECRET: auth_secret, ENCRYPTION_KEYS: encryption_keys });
      loaded = await load(request, checked);
    } finally {
      await embedded.stop();
    }
    stage.publish();
    await syncFolder(target.path);
    return { directory: target.path, ...loaded };
  } catch (error) {
    stage.discard();
    throw error;
  }
}
