import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../tests/support/database";
import { pool } from "./db";
import { provideEnv } from "./env";
import { reseal } from "./reseal";
import { type Database, decrypt, encrypt, keysInUse, SEALED_COLUMNS } from "./secrets";

const OLD = "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a";
const NEW = "2:Vp4wJk8dMq3zTn6xRc9hLb2sYf7gUe5r";
const useKeys = (keys: string) => provideEnv({ ENCRYPTION_KEYS: keys });

useDatabase();
beforeEach(async () => {
  await pool().query(
    "DELETE FROM channels; DELETE FROM stream_sources; DELETE FROM servers; DELETE FROM ssh_keys; DELETE FROM users",
  );
  useKeys(OLD);
});

/** A row of the table with the value sealed at its place. @returns its id */
async function stored(table: string, column: string, value: string): Promise<string> {
  const { rows } = await pool().query<{ id: string }>(
    {
      servers: `WITH subject AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
        INSERT INTO servers (id, name) SELECT id, 'server-' || id FROM subject RETURNING id::text`,
      channels: `WITH subject AS (INSERT INTO subject (kind) VALUES ('channel') RETURNING id)
        INSERT INTO channels (id, channel_id) SELECT id, 'channel-' || id FROM subject RETURNING id::text`,
      ssh_keys: `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
        VALUES (random()::text, 'ssh-ed25519', random()::text, 'ssh-ed25519 AAAA', '', false) RETURNING id::text`,
      stream_sources: "INSERT INTO stream_sources (name, url) VALUES ('radio', 'http://localhost') RETURNING id::text",
      users: `INSERT INTO users (login, role, password_hash) VALUES (random()::text, 'viewer', '') RETURNING id::text`,
    }[table] ?? "",
  );
  const id = rows[0]?.id ?? "";
  const sealed = encrypt(value, `${table}:${column}:${id}`);
  await pool().query(`UPDATE ${table} SET ${column} = $1 WHERE id = $2`, [sealed, id]);
  return id;
}

async function secretAt(table: string, column: string, id: string): Promise<string> {
  const { rows } = await pool().query(`SELECT ${column} AS sealed FROM ${table} WHERE id = $1`, [id]);
  return decrypt(rows[0]?.sealed, `${table}:${column}:${id}`);
}

describe("reseal", () => {
  it.each(SEALED_COLUMNS)("encrypts $table.$column with the first key, at its own place", async ({ table, column }) => {
    const id = await stored(table, column, "geheim");
    useKeys(`${NEW},${OLD}`);
    const done = await reseal(pool());
    expect(done.filter(({ count }) => count > 0)).toEqual([{ name: `${table}.${column}`, count: 1, unreadable: [] }]);
    expect(await keysInUse(pool())).toEqual(new Map([["2", 1]]));
    useKeys(NEW);
    expect(await secretAt(table, column, id)).toBe("geheim");
    expect((await reseal(pool())).every(({ count }) => count === 0)).toBe(true);
  });

  it("knows every column that the migrations call sealed", async () => {
    const { rows } = await pool().query<{ name: string }>(
      `SELECT table_name || '.' || column_name AS name FROM information_schema.columns
       WHERE table_schema = 'public' AND column_name ~ '(password|passphrase|private_key|secret)$' AND data_type = 'text' ORDER BY 1`,
    );
    expect(rows.map(({ name }) => name)).toEqual(
      SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`).sort(),
    );
  });

  it("lets a change made meanwhile stand, and encrypts that one", async () => {
    const id = await stored("servers", "pg_password", "before");
    const changed = encrypt("meanwhile", `servers:pg_password:${id}`);
    useKeys(`${NEW},${OLD}`);
    let changes = 0;
    const overtaken: Database = {
      async query(sql, parameters) {
        if (sql.startsWith("UPDATE servers") && changes++ === 0)
          await pool().query("UPDATE servers SET pg_password = $1 WHERE id = $2", [changed, id]);
        return pool().query(sql, parameters);
      },
    };
    const [passwords] = await reseal(overtaken);
    expect(passwords).toMatchObject({ name: "servers.pg_password", count: 1 });
    expect(changes).toBe(2);
    useKeys(NEW);
    expect(await secretAt("servers", "pg_password", id)).toBe("meanwhile");
  });

  it("leaves what it cannot open, and says where that is", async () => {
    const [moved, fine] = [await stored("servers", "ssh_password", "a"), await stored("servers", "ssh_password", "b")];
    const elsewhere = encrypt("a", "servers:ssh_password:0");
    await pool().query("UPDATE servers SET ssh_password = $1 WHERE id = $2", [elsewhere, moved]);
    useKeys(`${NEW},${OLD}`);
    expect((await reseal(pool()))[1]).toEqual({ name: "servers.ssh_password", count: 1, unreadable: [moved] });
    expect(Object.fromEntries(await keysInUse(pool()))).toEqual({ 1: 1, 2: 1 });
    expect(await secretAt("servers", "ssh_password", fine)).toBe("b");
  });
});
