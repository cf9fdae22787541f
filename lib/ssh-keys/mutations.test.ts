import pg from "pg";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { actorOfUser, createUser } from "../../tests/support/users";
import { pool, prisma } from "../db";
import { generateSshKey } from "../host/ssh/keys";
import type { Actor } from "../users/permissions";
import { deleteKey, generateKey, importKey } from "./mutations";
import { generateKeySchema, importKeySchema } from "./schema";
import { privateKeyOf } from "./use";

const database = useDatabase();
let admin: Actor;
beforeEach(async () => {
  await pool().query("DELETE FROM servers; DELETE FROM ssh_keys");
  admin = actorOfUser(await createUser());
});

const PASSPHRASE = "quiet harbour 42 lamp";
const generate = (input: object) => generateKey(admin, generateKeySchema.parse(input));
const bring = (input: object) => importKey(admin, importKeySchema.parse(input));
const outcomes = async (...work: Promise<unknown>[]) =>
  (await Promise.allSettled(work)).map((one) => (one.status === "rejected" ? one.reason.code : "done")).sort();

describe("a stored key", () => {
  it("is sealed at its own place, and given in the clear to whoever signs in with it", async () => {
    const { privateKey, fingerprint } = await generateSshKey({ type: "ed25519", comment: "mine" });
    const { id } = await bring({ name: "mine", private_key: privateKey });
    const { rows } = await pool().query("SELECT private_key FROM ssh_keys WHERE id = $1", [id]);
    expect(rows[0].private_key).toMatch(/^1:[\w-]+$/);
    expect(await privateKeyOf(pool(), id)).toEqual({ name: "mine", hasPassphrase: false, privateKey });
    expect(await prisma().$transaction((transaction) => privateKeyOf(transaction, id))).toMatchObject({ privateKey });
    expect(await privateKeyOf(pool(), id + 1)).toBeNull();
    const other = await generate({ name: "other" });
    await pool().query("UPDATE ssh_keys SET private_key = $1 WHERE id = $2", [rows[0].private_key, other.id]);
    await expect(privateKeyOf(pool(), other.id)).rejects.toThrow("cannot be decrypted");
    expect(fingerprint).toMatch(/^SHA256:/);
  });

  it("keeps its passphrase to itself: neither that nor the private part is stored or noted anywhere in the clear", async () => {
    const { id } = await generate({ name: "locked", passphrase: PASSPHRASE });
    const inside = (await privateKeyOf(pool(), id))?.privateKey ?? "";
    expect(inside).toContain("PRIVATE KEY");
    const { rows } = await pool().query(
      "SELECT (SELECT string_agg(k::text, '') FROM ssh_keys k) || (SELECT string_agg(a::text, '') FROM audit_log a) AS text",
    );
    expect(rows[0].text).not.toContain(PASSPHRASE);
    expect(rows[0].text).not.toContain("PRIVATE KEY");
    expect(rows[0].text).not.toContain(inside.split("\n")[2]);
    const [entry] = await prisma().auditLog.findMany({ orderBy: { id: "desc" }, take: 1 });
    expect(entry).toMatchObject({
      eventType: "ssh_key_created",
      targetName: "locked",
      details: { fingerprint: expect.stringMatching(/^SHA256:/), key_type: "ssh-ed25519", has_passphrase: true },
    });
  });
});

describe("at the same time", () => {
  it("one of two keys gets a name, and a key is stored once", async () => {
    expect(await outcomes(generate({ name: "same" }), generate({ name: "same" }))).toEqual(["conflict", "done"]);
    const { privateKey } = await generateSshKey({ type: "ed25519", comment: "" });
    const twice = ["a", "b"].map((name) => bring({ name, private_key: privateKey }));
    expect(await outcomes(...twice)).toEqual(["conflict", "done"]);
  });

  it("a key that a server just begins to use is not deleted", async () => {
    const { id } = await generate({ name: "wanted" });
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    try {
      await client.query("BEGIN");
      await client.query(
        `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
         INSERT INTO servers (id, name, ssh_key_id) SELECT id, 'new', $1 FROM made`,
        [id],
      );
      const deleting = outcomes(deleteKey(admin, id));
      await new Promise((resolve) => setTimeout(resolve, 100));
      await client.query("COMMIT");
      expect(await deleting).toEqual(["conflict"]);
    } finally {
      await client.end();
    }
  });
});
