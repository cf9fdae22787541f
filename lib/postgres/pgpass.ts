// Passwords that the machine keeps for libpq's programs: https://www.postgresql.org/docs/current/libpq-pgpass.html
import { open } from "node:fs/promises";
import { libpqPasswords } from "../env";

export interface PasswordWish {
  host: string;
  port: number;
  database: string;
  user: string;
}

const MOST_BYTES = 1024 * 1024;
const OTHERS_MAY = 0o077;
/** Sockets in the folders where servers put them by default go by this name. */
const SOCKET_FOLDERS = new Set(["/tmp", "/var/run/postgresql", "/run/postgresql"]);

/** The fields of a line, with `\:` and `\\` resolved; the password is all the rest of them. */
function fieldsOf(line: string): string[] {
  const fields = [...line.matchAll(/((?:[^:\\]|\\.|\\$)*)(?::|$)/g)].map(([, field = ""]) => field);
  return fields.map((field) => field.replace(/\\(.)/g, "$1"));
}

/** The password of the first line that fits; `*` fits anything. Pure. */
export function passwordIn(text: string, wish: PasswordWish): string | undefined {
  const host = SOCKET_FOLDERS.has(wish.host) ? "localhost" : wish.host;
  const wanted = [host, String(wish.port), wish.database, wish.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = fieldsOf(line);
    if (wanted.every((value, place) => fields[place] === "*" || fields[place] === value)) return fields[4] || undefined;
  }
  return undefined;
}

/** The file's text, unless others than its owner may read it: libpq does not trust such a file either. */
async function textOf(file: string): Promise<string> {
  const handle = await open(file).catch(() => undefined);
  if (!handle) return "";
  try {
    const facts = await handle.stat();
    const secret = process.platform === "win32" || (facts.mode & OTHERS_MAY) === 0;
    return facts.isFile() && facts.size <= MOST_BYTES && secret ? await handle.readFile("utf8") : "";
  } finally {
    await handle.close();
  }
}

/** PGPASSWORD, or the fitting line of .pgpass; empty where there is neither. */
export async function passwordOfMachine(wish: PasswordWish): Promise<string> {
  const { password, file } = libpqPasswords();
  return password ?? passwordIn(await textOf(file), wish) ?? "";
}
