// A backup file as it is read: every byte is held against the checksum at its end.
import { createHash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";
import type { z } from "zod";
import { StartError } from "../start-error";
import { END, type Envelope, endSchema, FORMAT_VERSION, MANIFEST, type Manifest, manifestSchema } from "./manifest";
import { BLOCK_BYTES, paddingOf, parseTarHeader, TAR_END, type TarMember } from "./tar";

/** One member of the file. */
export interface Member {
  name: string;
  bytes: Buffer;
}

/** More than any member has that a backup writes. */
const MOST_BYTES = 64 * 1024 * 1024;

const NOTHING = "Nothing was restored.";
const foreign = (file: string) => new StartError(`${file} is no backup of Dozor. ${NOTHING}`);
const cutOff = (file: string) =>
  new StartError(`${file} is not complete: it was cut off, or is still being copied. ${NOTHING}`);
const damaged = (file: string) => new StartError(`${file} is damaged: its checksum does not hold. ${NOTHING}`);

/**
 * The members between the first and the last. When it ends without an error, every byte was as it was written.
 * @param onEnvelope is given what the file says of itself: the manifest before the first member, the end after the last
 * @throws StartError in one sentence for a file that is none of ours, cut off, damaged, or of a newer version
 */
export async function* readMembers(
  file: string,
  onEnvelope: (envelope: Partial<Envelope>) => void = () => {},
): AsyncGenerator<Member> {
  const handle = await openBackup(file);
  const hash = createHash("sha256");
  let isOurs = false;
  try {
    for (;;) {
      const header = await read(handle, BLOCK_BYTES);
      if (header.length < BLOCK_BYTES) throw isOurs ? cutOff(file) : foreign(file);
      const member = parseTarHeader(header);
      if (!member || member.size > MOST_BYTES) throw isOurs ? damaged(file) : foreign(file);
      if (!isOurs && member.name !== MANIFEST) throw foreign(file);
      const body = await readBody(handle, member, file);
      const bytes = body.subarray(0, member.size);
      if (member.name === END) {
        const end = parseJson(bytes, endSchema);
        if (end?.sha256 !== hash.digest("hex") || !(await isAtEnd(handle))) throw damaged(file);
        onEnvelope({ end });
        return;
      }
      hash.update(header).update(body);
      if (isOurs) yield { name: member.name, bytes };
      else onEnvelope({ manifest: readManifest(bytes, file) });
      isOurs = true;
    }
  } finally {
    await handle.close();
  }
}

async function openBackup(file: string): Promise<FileHandle> {
  try {
    const handle = await open(file, "r");
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new StartError(code === "ENOENT" ? `There is no file ${file}.` : `${file} cannot be read (${code}).`, {
      cause,
    });
  }
  throw new StartError(`${file} is no file. Give the backup itself.`);
}

/** The next bytes, fewer only at the end of the file. */
async function read(handle: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  for (let at = 0; at < size; ) {
    const { bytesRead } = await handle.read(bytes, at, size - at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}

async function readBody(handle: FileHandle, { size }: TarMember, file: string): Promise<Buffer> {
  const whole = size + paddingOf(size);
  const body = await read(handle, whole);
  if (body.length < whole) throw cutOff(file);
  return body;
}

const isAtEnd = async (handle: FileHandle): Promise<boolean> =>
  (await read(handle, TAR_END.length + 1)).equals(TAR_END);

function parseJson<T>(bytes: Buffer, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    return undefined;
  }
}

function readManifest(bytes: Buffer, file: string): Manifest {
  const manifest = parseJson(bytes, manifestSchema);
  if (manifest) return manifest;
  const { version } =
    /"format":\s*"dozor-backup",\s*"version":\s*(?<version>\d+)/.exec(bytes.toString("utf8"))?.groups ?? {};
  if (Number(version) > FORMAT_VERSION)
    throw new StartError(`${file} was made by a newer Dozor. Restore it with that version. ${NOTHING}`);
  throw version === undefined ? foreign(file) : damaged(file);
}
