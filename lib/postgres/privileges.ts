// What Dozor's role may do on a watched server, what is lost without, and what its owner runs to give it.
import type { SqlSession } from "../probe";

export interface Privilege {
  /** A predefined role, the function pg_stat_file, or `superuser`. */
  name: string;
  granted: boolean;
  /** What cannot be shown or done; null where nothing is lost. */
  lost: string | null;
}

/** Whether a right is there. `member`: of a role whose rights are not inherited. */
interface Right {
  name: string;
  granted: boolean;
  member: boolean;
}

export interface Rights {
  role: string;
  database: string;
  version: number;
  inRecovery: boolean;
  rights: readonly Right[];
}

const RIGHTS = `SELECT r.rolname AS name, pg_catalog.pg_has_role(r.oid, 'USAGE') AS granted, pg_catalog.pg_has_role(r.oid, 'MEMBER') AS member
FROM pg_catalog.pg_roles r WHERE r.rolname IN ('pg_monitor', 'pg_read_all_stats', 'pg_read_all_settings', 'pg_signal_backend')
UNION ALL
SELECT 'superuser', r.rolsuper, r.rolsuper FROM pg_catalog.pg_roles r WHERE r.rolname = current_user
UNION ALL
SELECT 'pg_stat_file', pg_catalog.has_function_privilege(p.oid, 'EXECUTE'), false FROM pg_catalog.pg_proc p
WHERE p.proname = 'pg_stat_file' AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
  AND pg_catalog.oidvectortypes(p.proargtypes) = 'text, boolean'
  AND pg_catalog.current_setting('server_version_num')::int >= 110000`;

const WHO = "SELECT current_user AS role, pg_catalog.current_database() AS database";

/** Asks what the session's role may do. @throws ProbeError */
export async function rightsOf(session: SqlSession, inRecovery: boolean): Promise<Rights> {
  const [who = {}] = await session.query(WHO);
  const rows = await session.query(RIGHTS);
  return {
    role: String(who.role),
    database: String(who.database),
    version: session.version,
    inRecovery,
    rights: rows.map(({ name, granted, member }) => ({
      name: String(name),
      granted: granted === true,
      member: member === true,
    })),
  };
}

const PARTS: Readonly<Record<string, string>> = {
  pg_read_all_stats:
    "state, waits and statements of other users' sessions, details of replication, sizes of databases that the role may not connect to",
  pg_read_all_settings: "where the data directory lies, and with it its disk space; some settings",
};
const OPTIONAL: Readonly<Record<string, string>> = {
  pg_signal_backend: "cancelling and ending sessions from here",
  pg_stat_file: "when databases were created",
};

/** What matters of the rights, in the order of its weight. Pure. */
export function privilegesOf({ rights }: Pick<Rights, "rights">): Privilege[] {
  const granted = (name: string) => rights.find((right) => right.name === name)?.granted === true;
  const known = (name: string) => rights.some((right) => right.name === name);
  const told = (name: string, lost: string): Privilege => ({
    name,
    granted: granted(name),
    lost: granted(name) ? null : lost,
  });
  const parts = Object.entries(PARTS).map(([name, lost]) => told(name, lost));
  const missing = parts.flatMap(({ lost }) => lost ?? []);
  const monitor: Privilege = {
    name: "pg_monitor",
    granted: granted("pg_monitor"),
    lost: granted("pg_monitor") || missing.length === 0 ? null : missing.join("; "),
  };
  return [
    ...(granted("superuser") ? [{ name: "superuser", granted: true, lost: null }] : []),
    monitor,
    ...(monitor.granted ? [] : parts),
    ...Object.entries(OPTIONAL).flatMap(([name, lost]) => (known(name) ? [told(name, lost)] : [])),
  ];
}

const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`;
/** Within a comment a line break would begin a statement. */
const inComment = (name: string) => identifier(name).replace(/[\r\n]+/g, " ");

/** Gives a role, or makes a role that was given count: before version 16 inheriting belonged to the member. */
function grantRole({ version, role, rights }: Rights, name: string): string {
  const member = rights.some((right) => right.name === name && right.member);
  if (member && version < 16) return `ALTER ROLE ${identifier(role)} INHERIT;`;
  return `GRANT ${name} TO ${identifier(role)}${member ? " WITH INHERIT TRUE" : ""};`;
}

/** What the owner runs once to give all that is missing; null when nothing is. Pure. */
export function grantScript(rights: Rights): string | null {
  const lacking = new Set(privilegesOf(rights).flatMap(({ name, lost }) => (lost === null ? [] : [name])));
  const known = (name: string) => rights.rights.some((right) => right.name === name);
  const lines = [
    ...(lacking.has("pg_monitor") && known("pg_monitor") ? [grantRole(rights, "pg_monitor")] : []),
    ...(lacking.has("pg_signal_backend")
      ? [
          `-- for ${OPTIONAL.pg_signal_backend}; leave it out if that is not wanted`,
          grantRole(rights, "pg_signal_backend"),
        ]
      : []),
    ...(lacking.has("pg_stat_file")
      ? [
          `-- shows ${OPTIONAL.pg_stat_file}; managed services may refuse it`,
          `GRANT EXECUTE ON FUNCTION pg_catalog.pg_stat_file(text, boolean) TO ${identifier(rights.role)};`,
        ]
      : []),
  ];
  if (lines.length === 0) return null;
  const where = rights.inRecovery ? "on the primary (this is a standby, which takes it over)" : "once";
  const head = `-- Run it ${where}, as a superuser or the service's administrator, in the database ${inComment(rights.database)}.`;
  return `${[head, ...lines].join("\n")}\n`;
}
