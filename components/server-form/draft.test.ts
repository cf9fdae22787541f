import { describe, expect, it } from "vitest";
import { type ServerConfig, serverChangesSchema, serverInputSchema } from "@/lib/fleet/input-schema";
import { checkDraft, errorsOf, secretsAfter, stepOf } from "./check";
import { changesOf, type Draft, draftOf, sslmodeOf } from "./draft";
import { readLabels } from "./read-labels";
import { passwordCommand, roleScript } from "./role-script";

const HOST_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGQ0b2Rvem9yZG96b3Jkb3pvcmRvem9yZG96b3I";
const config: ServerConfig = {
  ...{ name: "orders", host: "db.example.net", port: 5432, user: "dozor", database: "postgres" },
  ...{ sslmode: "verify-full", ca: null, has_password: true, host_kind: "ssh", ssh_host: null, ssh_port: 22 },
  ...{ ssh_user: "watch", ssh_auth_type: "password", ssh_key_id: null, has_ssh_password: true },
  ...{ has_ssh_key_passphrase: false, ssh_host_keys: [HOST_KEY], enabled: true, labels: { env: "prod" } },
  intervals: { collect_interval: 30 },
};
const filled = (change: Partial<Draft> = {}): Draft => ({
  ...draftOf(null),
  ...{ name: "orders", host: "db.example.net", user: "dozor" },
  ...change,
});

describe("changesOf", () => {
  it("registers a server as the schema wants it, without what was left empty", () => {
    const changes = changesOf(filled(), null);
    expect(serverInputSchema.parse(changes)).toEqual({
      ...{ name: "orders", host: "db.example.net", port: 5432, user: "dozor", database: "postgres" },
      ...{ sslmode: "verify-full", ca: null, ssh_user: null, labels: {}, enabled: true },
      intervals: { collect_interval: null, size_update_interval: null, db_check_interval: null },
    });
  });

  it("sends nothing of a stored server that nobody touched", () => {
    expect(changesOf(draftOf(config), config)).toEqual({});
  });

  it.each<[string, Partial<Draft>, object]>([
    ["a field", { port: "5433" }, { port: "5433" }],
    ["a new password", { password: "s3cret" }, { password: "s3cret" }],
    ["a password taken away", { password: null }, { password: null }],
    ["SSH switched off", { ssh: false }, { ssh_user: null }],
    ["an interval emptied", { intervals: draftOf(null).intervals }, { intervals: draftOf(null).intervals }],
    ["another host key", { ssh_host_keys: ["ssh-rsa AAAA"] }, { ssh_host_keys: ["ssh-rsa AAAA"] }],
  ])("sends %s", (_what, change, sent) => {
    expect(changesOf({ ...draftOf(config), ...change }, config)).toEqual(sent);
  });

  it("takes an emptied interval back to the settings", () => {
    const changes = changesOf({ ...draftOf(config), intervals: draftOf(null).intervals }, config);
    expect(serverChangesSchema.parse(changes).intervals).toMatchObject({ collect_interval: null });
  });

  const machine: ServerConfig = {
    ...{ ...config, host: null, port: null, user: null, database: null, sslmode: null, has_password: false },
    ssh_host: "web1",
  };

  it("registers a machine alone, over SSH or this one", () => {
    const typed = { host: "left.example.net", password: "left", ssh_host: "web1", ssh_user: "watch", ssh_key_id: "7" };
    const over = serverInputSchema.parse(changesOf(filled({ ...typed, postgres: false }), null));
    expect(over).toMatchObject({
      host: null,
      ssh_host: "web1",
      ssh_user: "watch",
      ssh_key_id: 7,
      ssh_auth_type: "key",
    });
    expect(Object.keys(over)).not.toEqual(expect.arrayContaining(["password"]));
    const here = serverInputSchema.parse(changesOf(filled({ ...typed, postgres: false, here: true }), null));
    expect(here).toMatchObject({ host: null, host_kind: "local", ssh_user: null });
    expect(here).not.toHaveProperty("ssh_host");
  });

  it.each<[string, ServerConfig, Partial<Draft>, object]>([
    [
      "PostgreSQL taken away",
      config,
      { postgres: false, ssh_host: "db.example.net" },
      { host: null, ssh_host: "db.example.net" },
    ],
    ["nothing of a machine alone", machine, {}, {}],
    [
      "PostgreSQL beside a machine",
      machine,
      { postgres: true, host: "localhost", user: "dozor" },
      { host: "localhost", port: "5432", user: "dozor", database: "postgres", sslmode: "prefer", ca: "" },
    ],
    ["another machine become this one", machine, { here: true }, { host_kind: "local", ssh_user: null }],
  ])("sends %s", (_what, before, change, sent) => {
    expect(changesOf({ ...draftOf(before), ...change }, before)).toEqual(sent);
  });

  it("sends that this machine has become another", () => {
    const here: ServerConfig = { ...machine, host_kind: "local", ssh_host: null, ssh_user: null, ssh_auth_type: null };
    expect(changesOf(draftOf(here), here)).toEqual({});
    const left = { ...draftOf(here), here: false, ssh_host: "web2", ssh_user: "watch" };
    expect(changesOf(left, here)).toMatchObject({ host_kind: "ssh", ssh_host: "web2", ssh_user: "watch" });
  });

  it("sends no password with a key, and no passphrase with a password", () => {
    const secrets = { ssh: true, ssh_user: "watch", ssh_password: "one", ssh_key_passphrase: "two", ssh_key_id: "7" };
    expect(changesOf(filled({ ...secrets, ssh_auth_type: "key" }), null)).not.toHaveProperty("ssh_password");
    const byPassword = changesOf(filled({ ...secrets, ssh_auth_type: "password" }), null);
    expect(byPassword).toMatchObject({ ssh_password: "one" });
    expect(byPassword).not.toHaveProperty("ssh_key_passphrase");
    expect(byPassword).not.toHaveProperty("ssh_key_id");
  });
});

describe("sslmodeOf", () => {
  it.each([
    ["db.example.net", "verify-full"],
    ["localhost", "prefer"],
    ["127.0.0.1", "prefer"],
    ["/var/run/postgresql", "prefer"],
  ])("begins with what suits %s", (host, mode) => expect(sslmodeOf(filled({ host }))).toBe(mode));

  it("keeps what was chosen", () => {
    expect(sslmodeOf(filled({ host: "localhost", sslmode: "require" }))).toBe("require");
  });
});

describe("secretsAfter", () => {
  it.each<[string, Partial<Draft>, string]>([
    ["nothing", {}, "stored"],
    ["the database", { database: "other" }, "stored"],
    ["the name", { name: "other" }, "stored"],
    ["the host", { host: "evil.example.net" }, "dropped"],
    ["the host, half typed", { host: "evil.." }, "dropped"],
    ["the port", { port: "6432" }, "dropped"],
    ["the port, emptied of meaning", { port: "x" }, "dropped"],
    ["the user", { user: "other" }, "dropped"],
    ["to a weaker mode", { sslmode: "require" }, "dropped"],
    ["the CA", { ca: "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----" }, "dropped"],
    ["the host, with a new password", { host: "evil.example.net", password: "new" }, "new"],
    ["the password away", { password: null }, "none"],
  ])("tells what becomes of the password when somebody changes %s", (_what, change, fate) => {
    const draft = { ...draftOf(config), ...change };
    expect(secretsAfter(config, changesOf(draft, config)).password).toBe(fate);
  });

  it.each<[string, Partial<Draft>, string]>([
    ["the SSH user", { ssh_user: "root" }, "dropped"],
    ["the SSH port", { ssh_port: "2222" }, "dropped"],
    ["the host that SSH shares", { host: "other.example.net" }, "dropped"],
    ["the host key", { ssh_host_keys: [`${HOST_KEY}x`] }, "dropped"],
    ["a label", { labels: {} }, "stored"],
  ])("tells what becomes of the SSH password when somebody changes %s", (_what, change, fate) => {
    const draft = { ...draftOf(config), ...change };
    expect(secretsAfter(config, changesOf(draft, config)).ssh_password).toBe(fate);
  });
});

describe("checkDraft", () => {
  const wrong = (change: Partial<Draft>) => {
    const draft = filled(change);
    return Object.keys(checkDraft(draft, changesOf(draft, null)));
  };

  it.each<[Partial<Draft>, string[]]>([
    [{}, []],
    [{ name: "" }, ["name"]],
    [{ name: "test-pg" }, ["name"]],
    [{ host: "" }, ["host"]],
    [{ host: "a b" }, ["host"]],
    [{ port: "70000" }, ["port"]],
    [{ user: "" }, ["user"]],
    [{ ca: "no pem" }, ["ca"]],
    [{ ssh: true }, ["ssh_user", "ssh_key_id"]],
    [{ ssh: true, ssh_user: "watch", ssh_auth_type: "password" }, []],
    [{ postgres: false, host: "", user: "" }, ["ssh_host", "ssh_user", "ssh_key_id"]],
    [{ postgres: false, ssh_host: "web1", ssh_user: "watch", ssh_auth_type: "password" }, []],
    [{ postgres: false, here: true }, []],
    [
      { intervals: { collect_interval: "1", size_update_interval: "", db_check_interval: "600" } },
      ["intervals.collect_interval"],
    ],
  ])("%j → %j", (change, fields) => expect(wrong(change)).toEqual(fields));

  it("finds the step of each field", () => {
    expect(["name", "ca", "ssh_host_keys", "host_kind", "labels", "intervals.collect_interval"].map(stepOf)).toEqual([
      ...["postgres", "postgres", "ssh", "ssh", "labels", "labels"],
    ]);
  });

  it("keeps the rule of a refusal, else its sentence", () => {
    const refused = [
      { path: "name", message: "This name is taken.", rule: "taken" },
      { path: "labels.a b", message: "no name" },
      { path: "labels.c d", message: "neither" },
    ];
    expect(errorsOf(refused)).toEqual({ name: "taken", labels: "no name" });
  });
});

describe("readLabels", () => {
  it.each<[string, Record<string, string> | null]>([
    ["env=prod", { env: "prod" }],
    [" env = prod , team=core,", { env: "prod", team: "core" }],
    ["critical", { critical: "" }],
    ["url=a=b", { url: "a=b" }],
    ["", {}],
    ["=x", null],
    ["a b=c", null],
  ])("%j → %j", (text, labels) => expect(readLabels(text)).toEqual(labels));
});

describe("roleScript", () => {
  it("quotes whatever the role is called, and never holds a typed password", () => {
    expect(roleScript('do"zor', "placeholder")).toBe(
      `CREATE ROLE "do""zor" LOGIN PASSWORD 'placeholder';\nGRANT pg_monitor TO "do""zor";`,
    );
    expect(passwordCommand("")).toBe('\\password "dozor"');
  });
});
