// The server `local`: this machine and Dozor's own database, watched from the first minute.
import { randomBytes } from "node:crypto";
import pg from "pg";
import { decrypt, encrypt } from "../secrets";
import { scramVerifier } from "./scram";

const NAME = "local";
/** The role by which our own database is watched: LOGIN and pg_monitor, nothing else. */
const MONITOR_ROLE = "dozor_monitor";
/** "local" as a number. */
const LOCAL_SERVER_LOCK = 0x6c6f63616c;
const INSUFFICIENT_PRIVILEGE = "42501";

interface Target {
  host: string;
  port: number;
  database: string;
  sslmode: string;
  user: string;
  password: string;
}

interface LocalRow {
  id: number;
  host_kind: string | null;
  pg_host: string | null;
  pg_port: number | null;
  pg_user: string | null;
  pg_password: string | null;
  pg_database: string | null;
}

/** What became of the server `local`. */
export interface LocalServer {
  outcome: "created" | "updated" | "unchanged" | "kept";
  id: number | undefined;
  /** Why it is watched with the credentials of DATABASE_URL instead of a role of its own. */
  withoutRole?: string;
}

const place = (id: number): string => `servers:pg_password:${id}`;

/** Our own database's address in the parts by which a server is watched; with the credentials that we use ourselves. */
function ownTarget(url: string): Target {
  const { host, port, user, password, database } = new pg.Client({ connectionString: url });
  const sslmode = new URL(url).searchParams.get("sslmode") ?? (host === "127.0.0.1" ? "disable" : "prefer");
  return { host, port, database: database ?? "", sslmode, user: user ?? "", password: password ?? "" };
}

async function signsIn(target: Target): Promise<boolean> {
  const { host, port, user, password, database } = target;
  const client = new pg.Client({ host, port, user, password, database, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

const exists = async (client: pg.Client, role: string): Promise<boolean> =>
  (await client.query("SELECT FROM pg_roles WHERE rolname = $1", [role])).rowCount === 1;

/**
 * Roles belong to the whole server, on which another Dozor may have its database. The row says only which of our two names it
 * is: whoever edits the server may have put any other role there.
 */
async function roleName(client: pg.Client, row: LocalRow | undefined): Promise<string> {
  const { rows } = await client.query<{ oid: number }>(
    "SELECT oid FROM pg_database WHERE datname = current_database()",
  );
  const own = `${MONITOR_ROLE}_${rows[0]?.oid}`;
  if (await exists(client, own)) return own;
  return row?.pg_user === MONITOR_ROLE || !(await exists(client, MONITOR_ROLE)) ? MONITOR_ROLE : own;
}

/** Makes the role, or gives it a new password. @throws pg's error 42501 where we may not */
async function giveRole(client: pg.Client, role: string, password: string): Promise<void> {
  const verb = (await exists(client, role)) ? "ALTER" : "CREATE";
  const name = pg.escapeIdentifier(role);
  await client.query(`${verb} ROLE ${name} LOGIN PASSWORD ${pg.escapeLiteral(scramVerifier(password))}`);
  await client.query(`GRANT pg_monitor TO ${name}`);
}

/** The monitoring role's credentials: the stored ones while they work, else new ones. */
async function monitorTarget(client: pg.Client, own: Target, row: LocalRow | undefined): Promise<Target> {
  const user = await roleName(client, row);
  if (row?.pg_user === user && row.pg_password) {
    const stored = { ...own, user, password: decrypt(row.pg_password, place(row.id)) };
    if (await signsIn(stored)) return stored;
  }
  const password = randomBytes(24).toString("base64url");
  await giveRole(client, user, password);
  return { ...own, user, password };
}

async function save(client: pg.Client, row: LocalRow | undefined, target: Target): Promise<LocalServer> {
  const same =
    row?.pg_host === target.host &&
    row.pg_port === target.port &&
    row.pg_user === target.user &&
    row.pg_database === target.database &&
    row.pg_password !== null &&
    decrypt(row.pg_password, place(row.id)) === target.password;
  if (row && same) return { outcome: "unchanged", id: row.id };
  const id = row?.id ?? (await newSubject(client));
  await client.query(
    `INSERT INTO servers (id, name, host_kind, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode)
     VALUES ($1, $2, 'local', $3, $4, $5, $6, $7, $8)
     ON CONFLICT (id) DO UPDATE SET pg_host = $3, pg_port = $4, pg_user = $5, pg_password = $6, pg_database = $7,
       pg_sslmode = $8, updated_at = now()`,
    [
      id,
      NAME,
      target.host,
      target.port,
      target.user,
      encrypt(target.password, place(id)),
      target.database,
      target.sslmode,
    ],
  );
  return { outcome: row ? "updated" : "created", id };
}

async function newSubject(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ id: number }>("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  if (!rows[0]) throw new Error("INSERT INTO subject returned no row");
  return rows[0].id;
}

/** Whether the row is what we wrote and not what somebody made of it: only then do we follow our database's address. */
const isOurs = (row: LocalRow, own: Target): boolean =>
  row.host_kind === "local" &&
  row.pg_user !== null &&
  (row.pg_user.startsWith(MONITOR_ROLE) || row.pg_user === own.user);

async function ensure(client: pg.Client, own: Target, target: "role" | "own"): Promise<LocalServer> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [LOCAL_SERVER_LOCK]);
  const { rows } = await client.query<LocalRow>(
    "SELECT id, host_kind, pg_host, pg_port, pg_user, pg_password, pg_database FROM servers WHERE name = $1",
    [NAME],
  );
  const row = rows[0];
  if (row && !isOurs(row, own)) return { outcome: "kept", id: row.id };
  // Deleted or renamed by somebody: it does not come back.
  const { rowCount } = await client.query("SELECT FROM subject WHERE kind = 'server' LIMIT 1");
  if (!row && rowCount) return { outcome: "kept", id: undefined };
  return save(client, row, target === "role" ? await monitorTarget(client, own, row) : own);
}

async function inTransaction(client: pg.Client, work: () => Promise<LocalServer>): Promise<LocalServer> {
  await client.query("BEGIN");
  try {
    const result = await work();
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK");
    throw error;
  }
}

/**
 * Creates the server `local` at the first start and lets it follow our database's address later. Safe with several instances.
 * Where DATABASE_URL may not create roles, its own credentials are used, and the answer says so.
 */
export async function ensureLocalServer(databaseUrl: string): Promise<LocalServer> {
  const own = ownTarget(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl, application_name: "dozor-first-start" });
  await client.connect();
  try {
    return await inTransaction(client, () => ensure(client, own, "role"));
  } catch (error) {
    const { code, message } = error as { code?: string; message: string };
    if (code !== INSUFFICIENT_PRIVILEGE) throw error;
    const result = await inTransaction(client, () => ensure(client, own, "own"));
    return { ...result, withoutRole: message };
  } finally {
    await client.end().catch(() => {});
  }
}
