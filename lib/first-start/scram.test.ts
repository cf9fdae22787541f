import pg from "pg";
import { expect, test } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { scramVerifier } from "./scram";

const database = useDatabase();

test("PostgreSQL lets the password in whose verifier it was given, and no other", async () => {
  const role = `scram_${process.pid}`;
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD '${scramVerifier("geheim")}'`);
  const signIn = async (password: string) => {
    const url = new URL(database.url);
    url.username = role;
    url.password = password;
    const client = new pg.Client({ connectionString: url.href });
    await client.connect();
    await client.end();
  };
  await signIn("geheim");
  await expect(signIn("Geheim")).rejects.toThrow("password authentication failed");
  await admin.query(`DROP ROLE ${role}`);
  await admin.end();
});
