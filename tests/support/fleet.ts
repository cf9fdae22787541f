// Servers in our database, for tests that have them collected.
import { pool } from "../../lib/db";
import { encrypt } from "../../lib/secrets";

/** Registers a server at a PostgreSQL address, without TLS and without a machine. @returns its id */
export async function registerServer(name: string, url: string): Promise<number> {
  const { hostname, port, username, password, pathname } = new URL(url);
  const { rows } = await pool().query<{ id: number }>("INSERT INTO subject (kind) VALUES ('server') RETURNING id");
  const id = rows[0]?.id ?? 0;
  await pool().query(
    `INSERT INTO servers (id, name, pg_host, pg_port, pg_user, pg_password, pg_database, pg_sslmode)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'disable')`,
    [
      ...[id, name, hostname, Number(port), decodeURIComponent(username)],
      ...[encrypt(decodeURIComponent(password), `servers:pg_password:${id}`), pathname.slice(1)],
    ],
  );
  return id;
}
