// Making a backup of the Dozor that the environment names, whether it runs or not.
import { stat } from "node:fs/promises";
import path from "node:path";
import { env, givenEnv } from "../env";
import { visitDatabase } from "../first-start/visit";
import type { Progress } from "./connection";
import type { Secrets } from "./fingerprint";
import { type Written, writeBackup } from "./write";

export interface MakeRequest {
  /** A file that does not exist yet, or a folder, in which the file is named after the time. Absolute. */
  target: string;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

export interface Made extends Written {
  file: string;
  /** Whether the file holds secrets that Dozor generated. */
  holdsSecrets: boolean;
}

/** `dozor-20261122T193000Z.tar` */
const nameOf = (now: Date): string => `dozor-${now.toISOString().replace(/[-:]|\.\d+/g, "")}.tar`;

/** @throws StartError with one readable reason; no file stays then */
export async function makeBackup({ target, ...rest }: MakeRequest): Promise<Made> {
  const isFolder = (await stat(target).catch(() => undefined))?.isDirectory() === true;
  const file = isFolder ? path.join(target, nameOf(new Date())) : target;
  const given = givenEnv();
  return visitDatabase(async () => {
    const secrets: Secrets = { auth_secret: env().AUTH_SECRET, encryption_keys: env().ENCRYPTION_KEYS };
    const inside: Partial<Secrets> = {
      ...(given.AUTH_SECRET === undefined && { auth_secret: secrets.auth_secret }),
      ...(given.ENCRYPTION_KEYS === undefined && { encryption_keys: secrets.encryption_keys }),
    };
    const written = await writeBackup({ ...rest, file, secrets, inside });
    return { ...written, file, holdsSecrets: Object.keys(inside).length > 0 };
  });
}
