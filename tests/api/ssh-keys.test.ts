// SSH keys over the API, as clients of the older fleet monitor send and read them, with keys of the real ssh-keygen.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import * as download from "@/app/api/ssh-keys/[id]/download-public/route";
import * as one from "@/app/api/ssh-keys/[id]/route";
import * as servers from "@/app/api/ssh-keys/[id]/servers/route";
import * as generate from "@/app/api/ssh-keys/generate/route";
import * as importRoute from "@/app/api/ssh-keys/import/route";
import * as importFile from "@/app/api/ssh-keys/import-file/route";
import * as all from "@/app/api/ssh-keys/route";
import { pool } from "@/lib/db";
import type { Handler } from "@/lib/http/endpoint";
import { type SshKey, sshKeySchema } from "@/lib/ssh-keys/schema";
import type { Role } from "@/lib/users/permissions";
import { useDatabase } from "../support/database";
import { signedIn } from "../support/users";

useDatabase();
const folder = mkdtempSync(join(tmpdir(), "dozor-api-keys-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const PASSPHRASE = "quiet harbour 42 lamp";
const keygen = (...parameters: string[]) => execFileSync("ssh-keygen", parameters, { encoding: "utf8", stdio: "pipe" });
/** A key of ssh-keygen's: its private part, and the fingerprint that ssh-keygen gives it. */
function made(name: string, passphrase = ""): { text: string; fingerprint: string } {
  const file = join(folder, name);
  keygen("-q", "-t", "ed25519", "-N", passphrase, "-C", "", "-f", file);
  return { text: readFileSync(file, "utf8"), fingerprint: keygen("-lf", `${file}.pub`).split(" ")[1] ?? "" };
}
const plain = made("plain");
const locked = made("locked", PASSPHRASE);

const headers = {} as Record<Role, Record<string, string>>;
beforeAll(async () => {
  for (const role of ["admin", "operator", "viewer"] as const)
    headers[role] = (await signedIn({ role, kind: "bearer" })).headers;
});
beforeEach(() => pool().query("UPDATE servers SET ssh_key_id = NULL; DELETE FROM ssh_keys"));

interface Asked {
  as?: Role;
  id?: number;
  method?: string;
  body?: unknown;
  more?: Record<string, string>;
}

function ask(handler: Handler, { as = "operator", id, method = "GET", body, more }: Asked = {}): Promise<Response> {
  const form = body instanceof FormData;
  const request = new Request("http://localhost/api/ssh-keys", {
    method,
    headers: { ...headers[as], ...(body !== undefined && !form && { "content-type": "application/json" }), ...more },
    ...(body !== undefined && { body: form ? body : JSON.stringify(body) }),
  });
  return handler(request, { params: Promise.resolve(id === undefined ? {} : { id: String(id) }) });
}

const post = (handler: Handler, body: unknown, as: Role = "operator") => ask(handler, { as, method: "POST", body });
async function created(answer: Promise<Response>): Promise<SshKey> {
  const response = await answer;
  const text = await response.text();
  expect(response.status, text).toBe(201);
  expect(text).not.toContain("PRIVATE KEY");
  return sshKeySchema.strict().parse(JSON.parse(text));
}
async function refused(
  answer: Promise<Response>,
  status: number,
): Promise<{ errors: { path: string; rule?: string }[] }> {
  const response = await answer;
  expect(response.status).toBe(status);
  return response.json();
}

/** A key that nobody signs in with: making a real one takes a while. */
async function stored(name: string): Promise<number> {
  const { rows } = await pool().query<{ id: number }>(
    `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
     VALUES ($1, 'ssh-ed25519', 'SHA256:' || $1, 'ssh-ed25519 AAAA', '1:', false) RETURNING id`,
    [name],
  );
  return rows[0]?.id ?? 0;
}

const form = (fields: Record<string, string | File>) => {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.append(name, value);
  return data;
};

describe("POST /api/ssh-keys/generate", () => {
  it("makes Ed25519 unless asked otherwise; ssh-keygen reads what it gives", async () => {
    const key = await created(post(generate.POST, { name: "shop", description: "the shop" }));
    expect(key).toMatchObject({
      name: "shop",
      description: "the shop",
      key_type: "ssh-ed25519",
      has_passphrase: false,
      servers_count: 0,
      created_by: expect.stringMatching(/^operator-/),
    });
    const file = join(folder, "generated.pub");
    writeFileSync(file, `${key.public_key}\n`);
    expect(keygen("-lf", file).split(" ")[1]).toBe(key.fingerprint);
    const rsa = await created(
      post(generate.POST, { name: "old", key_type: "rsa", key_size: 2048, passphrase: PASSPHRASE }),
    );
    expect(rsa).toMatchObject({ key_type: "ssh-rsa", bits: 2048, has_passphrase: true, description: null });
    const list = (await (await ask(all.GET)).json()) as SshKey[];
    expect(list.map(({ name }) => name)).toEqual(["old", "shop"]);
  });

  it.each([
    [{ name: "" }, 422, "name"],
    [{ name: "x".repeat(65) }, 422, "name"],
    [{ name: "x", key_type: "dsa" }, 422, "key_type"],
    [{ name: "x", key_type: "rsa", key_size: 1024 }, 422, "key_size"],
    [{ name: "taken" }, 409, "name"],
  ])("refuses %j with %i", async (body, status, path) => {
    await stored("taken");
    expect((await refused(post(generate.POST, body), status)).errors[0]).toMatchObject({ path });
  });
});

describe("POST /api/ssh-keys/import and /import-file", () => {
  it("takes a text and a file; what the key is, it says itself", async () => {
    const text = await created(post(importRoute.POST, { name: "text", private_key: plain.text, passphrase: null }));
    expect(text).toMatchObject({ fingerprint: plain.fingerprint, key_type: "ssh-ed25519", has_passphrase: false });
    expect(text.public_key).toMatch(/^ssh-ed25519 AAAA\S+ dozor-text$/);
    const file = new File([locked.text], "id_ed25519", { type: "application/octet-stream" });
    const body = form({ name: "file", description: "", passphrase: PASSPHRASE, file });
    expect(await created(post(importFile.POST, body))).toMatchObject({
      fingerprint: locked.fingerprint,
      has_passphrase: true,
      description: null,
    });
  });

  it("names the twin of a key that is here already", async () => {
    await created(post(importRoute.POST, { name: "first", private_key: plain.text }));
    const { errors } = await refused(post(importRoute.POST, { name: "second", private_key: plain.text }), 409);
    expect(errors).toMatchObject([
      { path: "private_key", rule: "duplicate", message: expect.stringContaining("first") },
      { path: "twin.first", rule: "twin" },
    ]);
    const body = form({ name: "third", file: new File([plain.text], "key") });
    expect((await refused(post(importFile.POST, body), 409)).errors[0]).toMatchObject({ path: "file" });
  });

  it.each<[string, () => object, string, string | undefined]>([
    ["a text that is no key", () => ({ private_key: "hello" }), "private_key", "not_a_key"],
    ["a public key", () => ({ private_key: keygen("-yf", join(folder, "plain")) }), "private_key", "public_key"],
    ["no passphrase", () => ({ private_key: locked.text }), "passphrase", "passphrase_needed"],
    ["a wrong one", () => ({ private_key: locked.text, passphrase: "other" }), "passphrase", "passphrase_wrong"],
    ["more than 32 KiB", () => ({ private_key: `${plain.text}${"\n".repeat(32_768)}` }), "private_key", undefined],
  ])("refuses %s", async (_what, body, path, rule) => {
    const { errors, ...rest } = await refused(post(importRoute.POST, { name: "bad", ...body() }), 422);
    expect(errors[0]).toMatchObject({ path, ...(rule && { rule }) });
    expect(JSON.stringify([errors, rest])).not.toMatch(/hello|\bother\b|[\w+/]{40}/);
    expect((await pool().query("SELECT FROM ssh_keys")).rowCount).toBe(0);
  });

  it("is carried out once under one Idempotency-Key, though each form has another boundary", async () => {
    const send = () =>
      ask(importFile.POST, {
        method: "POST",
        body: form({ name: "once", file: new File([plain.text], "key") }),
        more: { "idempotency-key": "import-once" },
      });
    const first = await created(send());
    expect(await created(send())).toEqual(first);
  });
});

describe("/api/ssh-keys/{id}", () => {
  it("changes name and description under an ETag", async () => {
    const id = await stored("before");
    await stored("taken");
    const tag = (await ask(one.GET, { id })).headers.get("etag") ?? "";
    const put = (body: object, ifMatch = tag) =>
      ask(one.PUT, { as: "admin", id, method: "PUT", body, more: { "if-match": ifMatch } });
    await refused(put({ name: "taken" }), 409);
    const changed = await put({ name: "after", description: "new", id, fingerprint: "none" });
    expect(await changed.json()).toMatchObject({ id, name: "after", description: "new" });
    await refused(put({ name: "late" }), 412);
    expect((await put({ description: null }, changed.headers.get("etag") ?? "")).status).toBe(200);
    const { rows } = await pool().query("SELECT event_type, details FROM audit_log ORDER BY id DESC LIMIT 2");
    expect(rows).toEqual([
      { event_type: "ssh_key_updated", details: { description: { from: "new", to: null } } },
      {
        event_type: "ssh_key_updated",
        details: { name: { from: "before", to: "after" }, description: { from: null, to: "new" } },
      },
    ]);
  });

  it("is not deleted while servers use it, which it lists", async () => {
    const id = await stored("used");
    for (const name of ["shop.db-1", "web"])
      await pool().query(
        `WITH made AS (INSERT INTO subject (kind) VALUES ('server') RETURNING id)
         INSERT INTO servers (id, name, pg_host, ssh_host, ssh_key_id) SELECT id, $1, '10.0.0.1', $2, $3 FROM made`,
        [name, name === "web" ? null : "10.0.0.9", id],
      );
    expect(await (await ask(one.GET, { id })).json()).toMatchObject({ servers_count: 2 });
    expect(await (await ask(servers.GET, { id })).json()).toMatchObject([
      { name: "shop.db-1", host: "10.0.0.9" },
      { name: "web", host: "10.0.0.1" },
    ]);
    const remove = () => ask(one.DELETE, { as: "admin", id, method: "DELETE" });
    expect((await refused(remove(), 409)).errors).toMatchObject([
      { path: "servers.shop.db-1", rule: "in_use" },
      { path: "servers.web", rule: "in_use" },
    ]);
    await pool().query("UPDATE servers SET ssh_key_id = NULL");
    expect(await (await remove()).json()).toEqual({ message: "The SSH key is deleted." });
    await refused(remove(), 404);
  });

  it("gives the public part as a file under its name, and notes who took it", async () => {
    const response = await ask(download.GET, { id: await stored("Ключ/1") });
    expect(response.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(response.headers.get("content-disposition")).toBe(
      `attachment; filename="_____1.pub"; filename*=UTF-8''%D0%9A%D0%BB%D1%8E%D1%87_1.pub`,
    );
    expect(await response.text()).toBe("ssh-ed25519 AAAA\n");
    const { rows } = await pool().query("SELECT event_type, target_name FROM audit_log ORDER BY id DESC LIMIT 1");
    expect(rows).toEqual([{ event_type: "ssh_key_downloaded", target_name: "Ключ/1" }]);
  });
});

describe("who may", () => {
  const calls: [string, Handler, string, object | undefined, Partial<Record<Role, number>>][] = [
    ["list", all.GET, "GET", undefined, { viewer: 403, operator: 200, admin: 200 }],
    ["read", one.GET, "GET", undefined, { viewer: 403, operator: 200, admin: 200 }],
    ["see servers", servers.GET, "GET", undefined, { viewer: 403, operator: 200, admin: 200 }],
    ["download", download.GET, "GET", undefined, { viewer: 403, operator: 200, admin: 200 }],
    ["generate", generate.POST, "POST", { name: "another" }, { viewer: 403, operator: 201 }],
    ["import", importRoute.POST, "POST", { name: "b", private_key: plain.text }, { viewer: 403, operator: 201 }],
    ["change", one.PUT, "PUT", { name: "other" }, { viewer: 403, operator: 403, admin: 200 }],
    ["delete", one.DELETE, "DELETE", undefined, { viewer: 403, operator: 403, admin: 200 }],
  ];
  it.each(calls)("%s", async (_what, handler, method, body, statuses) => {
    const id = await stored("one");
    for (const [as, status] of Object.entries(statuses))
      expect((await ask(handler, { as: as as Role, id, method, body })).status, as).toBe(status);
  });
});
