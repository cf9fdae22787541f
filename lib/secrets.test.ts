import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { useDatabase } from "../tests/support/database";
import { provideEnv } from "./env";
import { decrypt, encrypt, verifyKeys } from "./secrets";

const OLD = "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a";
const NEW = "2:Vp4wJk8dMq3zTn6xRc9hLb2sYf7gUe5r";
const OTHER = "1:Zb6yHn3kXq9wPf4vTs7mKd2rGj8cLe5u";
const place = "servers:pg_password:7";
const useKeys = (keys: string) => provideEnv({ ENCRYPTION_KEYS: keys });

describe("encrypt and decrypt", () => {
  const database = useDatabase();
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterAll(() => client.end());

  test.each(["", "geheim", "päßwörd \u{1f511}", "x".repeat(10_000)])("give back %j", (plain) => {
    useKeys(OLD);
    const sealed = encrypt(plain, place);
    expect(sealed).toMatch(/^1:[\w-]+$/);
    expect(decrypt(sealed, place)).toBe(plain);
    expect(encrypt(plain, place)).not.toBe(sealed);
  });

  test("a changed key list encrypts with its first key and reads both", () => {
    useKeys(OLD);
    const old = encrypt("a", place);
    useKeys(`${NEW},${OLD}`);
    expect(encrypt("b", place)).toMatch(/^2:/);
    expect(decrypt(old, place)).toBe("a");
  });

  test("refuses another place, another key, a missing key and a changed text, without showing the value", () => {
    useKeys(OLD);
    const sealed = encrypt("geheim", place);
    const changed = `${sealed.slice(0, -1)}${sealed.endsWith("A") ? "B" : "A"}`;
    expect(() => decrypt(sealed, "servers:pg_password:8")).toThrow("cannot be decrypted with the key 1");
    expect(() => decrypt(`${sealed.slice(0, 20)}${sealed.slice(24)}`, place)).toThrow("cannot be decrypted");
    expect(() => decrypt("1:", place)).toThrow("cannot be decrypted");
    expect(() => decrypt(changed.replace(/^1/, "9"), place)).toThrow("no key with the id 9");
    useKeys(OTHER);
    expect(() => decrypt(sealed, place)).toThrow("cannot be decrypted with the key 1");
  });

  test("a wrong key is noticed at the start, a new one is remembered", async () => {
    useKeys(OLD);
    await verifyKeys(client);
    await verifyKeys(client);
    useKeys(OTHER);
    await expect(verifyKeys(client)).rejects.toThrow("the key 1 is not the one");
    useKeys(`${NEW},${OLD}`);
    await verifyKeys(client);
    const { rows } = await client.query("SELECT key_id FROM key_check ORDER BY 1");
    expect(rows.map((row) => row.key_id)).toEqual(["1", "2"]);
  });

  test("a key that stored passwords need must not be left out", async () => {
    useKeys(OLD);
    await client.query("INSERT INTO subject (kind) VALUES ('server')");
    await client.query("INSERT INTO servers (id, name, pg_password) SELECT max(id), 'x', $1 FROM subject", [
      encrypt("geheim", place),
    ]);
    useKeys(NEW);
    await expect(verifyKeys(client)).rejects.toThrow("lacks the key 1");
    await client.query("DELETE FROM servers");
    await verifyKeys(client);
  });

  test("nor a key that second factors need", async () => {
    useKeys(OLD);
    await client.query("INSERT INTO users (login, role, password_hash, totp_secret) VALUES ('x', 'viewer', '', $1)", [
      encrypt("geheim", "users:totp_secret:1"),
    ]);
    useKeys(NEW);
    await expect(verifyKeys(client)).rejects.toThrow("lacks the key 1");
  });
});
