// As somebody thinks who may edit servers and would like to know their passwords.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SSL_MODES, type SslMode } from "../ssl-modes";
import { defaultSslmode, type ServerChanges, serverChangesSchema } from "./input-schema";
import { mergeServer, SECRET_COLUMNS, type StoredServer } from "./merge";

const KEY_A = `ssh-ed25519 ${"A".repeat(68)}`;
const KEY_B = `ssh-ed25519 ${"B".repeat(68)}`;

const STORED: StoredServer = {
  id: 7,
  name: "orders",
  enabled: true,
  labels: { env: "production" },
  intervals: { collect_interval: 30 },
  host_kind: "ssh",
  pg_host: "db.example.org",
  pg_port: 5432,
  pg_user: "dozor",
  pg_password: "sealed",
  pg_database: "postgres",
  pg_sslmode: "verify-ca",
  pg_ca: "authority",
  ssh_host: null,
  ssh_port: 22,
  ssh_user: "watcher",
  ssh_auth_type: "password",
  ssh_password: "sealed",
  ssh_key_id: null,
  ssh_key_passphrase: null,
  ssh_host_keys: [KEY_A],
};
const WITH_KEY: StoredServer = {
  ...STORED,
  ssh_auth_type: "key",
  ssh_password: null,
  ssh_key_id: 3,
  ssh_key_passphrase: "sealed",
};

/** What is left of a stored secret, in one word each. */
function fates(changes: ServerChanges, stored: StoredServer = STORED) {
  const { secrets } = mergeServer(stored, changes);
  return Object.fromEntries(SECRET_COLUMNS.map((column) => [column, secrets[column].is]));
}
const afterwards = (stored: StoredServer, changes: ServerChanges): StoredServer => {
  const { row, secrets } = mergeServer(stored, changes);
  const sealed = (column: (typeof SECRET_COLUMNS)[number]) => {
    const fate = secrets[column];
    return fate.is === "new" ? `sealed ${fate.plain}` : fate.is === "stored" ? stored[column] : null;
  };
  return {
    id: stored.id,
    ...row,
    pg_password: sealed("pg_password"),
    ssh_password: sealed("ssh_password"),
    ssh_key_passphrase: sealed("ssh_key_passphrase"),
  };
};

describe("the PostgreSQL password", () => {
  it.each<[string, ServerChanges]>([
    ["another host", { host: "evil.example.org" }],
    ["the host with another case", { host: "DB.example.org" }],
    ["the host with a dot behind it", { host: "db.example.org." }],
    ["a socket directory", { host: "/tmp/mine" }],
    ["another port", { port: 5433 }],
    ["another user", { user: "postgres" }],
    ["a weaker sslmode", { sslmode: "require" }],
    ["no encryption", { sslmode: "disable" }],
    ["another CA", { ca: "mine" }],
    ["no CA", { ca: null }],
    ["another CA and a stronger sslmode", { ca: "mine", sslmode: "verify-full" }],
    ["another host and the same password field left empty", { host: "evil.example.org", password: "" }],
    ["another host, with a rename", { name: "other", host: "evil.example.org" }],
    ["another host while it is paused", { enabled: false, host: "evil.example.org" }],
  ])("does not go along to %s", (_, changes) => {
    expect(fates(changes).pg_password).toBe("dropped");
    expect(fates({ ...changes, password: "sent again" }).pg_password).toBe("new");
  });

  it.each<[string, ServerChanges]>([
    ["nothing", {}],
    [
      "everything as it is",
      { host: "db.example.org", port: 5432, user: "dozor", ca: "authority", sslmode: "verify-ca" },
    ],
    ["the name", { name: "invoices" }],
    ["an empty password", { password: "" }],
    ["database, labels, intervals", { database: "orders", labels: {}, intervals: {} }],
    ["a stronger sslmode", { sslmode: "verify-full" }],
    ["a pause", { enabled: false }],
    ["everything about SSH", { ssh_host: "bastion", ssh_port: 2222, ssh_user: "me", ssh_host_keys: [KEY_B] }],
    ["no SSH", { ssh_user: null }],
  ])("stays with %s", (_, changes) => {
    expect(fates(changes).pg_password).toBe("stored");
  });

  it("counts a port and an sslmode that were never said as what they are", () => {
    const unsaid = { ...STORED, pg_port: null, pg_sslmode: null };
    expect(fates({ port: 5432, sslmode: "prefer" }, unsaid).pg_password).toBe("stored");
    expect(fates({ port: 5433 }, unsaid).pg_password).toBe("dropped");
    expect(fates({ sslmode: "allow" }, unsaid).pg_password).toBe("dropped");
  });

  it("keeps apart spellings of one IPv6 address", () => {
    const stored = { ...STORED, pg_host: "::1" };
    expect(fates({ host: "0:0:0:0:0:0:0:1" }, stored).pg_password).toBe("dropped");
    const bracketed = serverChangesSchema.parse({ host: " [::1] " });
    expect(fates(bracketed, stored).pg_password).toBe("stored");
  });

  it("is taken away by null, and by nothing else that is said", () => {
    expect(fates({ password: null }).pg_password).toBe("none");
    expect(mergeServer(STORED, { host: "elsewhere" }).secrets.pg_password).toEqual({ is: "dropped" });
  });
});

describe("what is sent over SSH", () => {
  const elsewhere: [string, ServerChanges][] = [
    ["another ssh_host", { ssh_host: "evil.example.org" }],
    ["another host, which SSH goes to as well", { host: "evil.example.org" }],
    ["another port", { ssh_port: 2222 }],
    ["another user", { ssh_user: "root" }],
    ["another host key", { ssh_host_keys: [KEY_B] }],
    ["one more host key", { ssh_host_keys: [KEY_A, KEY_B] }],
    ["no host key, so that another may be the first", { ssh_host_keys: [] }],
    ["no SSH", { ssh_user: null }],
  ];
  it.each(elsewhere)("does not go along to %s", (_, changes) => {
    expect(fates(changes).ssh_password).toBe("dropped");
    expect(fates(changes, WITH_KEY).ssh_key_passphrase).toBe("dropped");
    if (changes.ssh_user === null) return;
    expect(fates({ ...changes, ssh_password: "again" }).ssh_password).toBe("new");
    expect(fates({ ...changes, ssh_key_passphrase: "again" }, WITH_KEY).ssh_key_passphrase).toBe("new");
  });

  const here: [string, ServerChanges][] = [
    ["the address that was meant already", { ssh_host: "db.example.org", ssh_port: null }],
    ["another PostgreSQL beside the same machine", { host: "/run/postgresql", ssh_host: "db.example.org" }],
    ["a rename", { name: "invoices" }],
    ["an empty secret", { ssh_password: "", ssh_key_passphrase: "" }],
    ["the same host keys", { ssh_host_keys: [KEY_A] }],
    ["another PostgreSQL port and user", { port: 1, user: "x", sslmode: "disable" }],
  ];
  it.each(here)("stays with %s", (_, changes) => {
    expect(fates(changes).ssh_password).toBe("stored");
    expect(fates(changes, WITH_KEY).ssh_key_passphrase).toBe("stored");
  });

  it("keeps a secret with the first host key that is confirmed, and with fewer of those that were", () => {
    expect(fates({ ssh_host_keys: [KEY_A] }, { ...STORED, ssh_host_keys: [] }).ssh_password).toBe("stored");
    expect(fates({ ssh_host_keys: [KEY_B] }, { ...STORED, ssh_host_keys: [KEY_A, KEY_B] }).ssh_password).toBe("stored");
  });

  it("forgets host keys of another address unless they are sent, and keeps them for another user", () => {
    const keys = (changes: ServerChanges) => mergeServer(STORED, changes).row.ssh_host_keys;
    expect(keys({ ssh_host: "other" })).toEqual([]);
    expect(keys({ host: "other" })).toEqual([]);
    expect(keys({ ssh_port: 2222 })).toEqual([]);
    expect(keys({ ssh_host: "other", ssh_host_keys: [KEY_B, KEY_B] })).toEqual([KEY_B]);
    expect(keys({ ssh_user: "root" })).toEqual([KEY_A]);
  });

  it("is no help to another key, nor to another way of signing in", () => {
    expect(fates({ ssh_key_id: 4 }, WITH_KEY).ssh_key_passphrase).toBe("dropped");
    expect(fates({ ssh_auth_type: "password" }, WITH_KEY).ssh_key_passphrase).toBe("dropped");
    expect(fates({ ssh_key_id: null }, WITH_KEY).ssh_key_passphrase).toBe("dropped");
    expect(fates({ ssh_auth_type: "key", ssh_key_id: 3 }).ssh_password).toBe("dropped");
    expect(fates({ ssh_key_id: 3 }).ssh_password).toBe("dropped");
    expect(mergeServer(WITH_KEY, { ssh_auth_type: "password" }).row).toMatchObject({ ssh_key_id: null });
    expect(mergeServer(WITH_KEY, { ssh_key_id: null }).row).toMatchObject({
      ssh_auth_type: "password",
      ssh_key_id: null,
    });
    expect(mergeServer(STORED, { ssh_key_id: 3 }).row).toMatchObject({ ssh_auth_type: "key", ssh_key_id: 3 });
    expect(fates({ ssh_key_passphrase: "for nothing" }).ssh_key_passphrase).toBe("none");
  });

  it("leaves nothing behind where SSH is given up, and nothing comes back with it", () => {
    const without = afterwards(STORED, { ssh_user: null });
    expect(without).toMatchObject({ host_kind: null, ssh_host: null, ssh_port: null, ssh_auth_type: null });
    expect(without).toMatchObject({ ssh_password: null, ssh_host_keys: [], pg_password: "sealed" });
    expect(afterwards(without, { ssh_user: "watcher" })).toMatchObject({ host_kind: "ssh", ssh_password: null });
  });
});

it("leaves this machine what it is", () => {
  const local = { ...afterwards(STORED, { ssh_user: null }), host_kind: "local" as const };
  expect(mergeServer(local, { ssh_user: null, name: "here" }).row).toMatchObject({ host_kind: "local", name: "here" });
  expect(mergeServer(null, { name: "local", host: "localhost", user: "x" }).row.host_kind).toBeNull();
});

describe("a server without PostgreSQL", () => {
  it("is what is left where that is taken away, at the address that they shared", () => {
    const machine = afterwards(STORED, { host: null });
    expect(machine).toMatchObject({ pg_host: null, pg_port: null, pg_user: null, pg_database: null, pg_sslmode: null });
    expect(machine).toMatchObject({ host_kind: "ssh", ssh_host: "db.example.org", ssh_host_keys: [KEY_A] });
    expect([machine.pg_password, machine.pg_ca, machine.ssh_password]).toEqual([null, null, "sealed"]);
    expect(fates({ host: null }).pg_password).toBe("dropped");
    const again = afterwards(machine, { host: "db.example.org", user: "dozor" });
    expect(again).toMatchObject({ pg_port: 5432, pg_sslmode: "verify-full", pg_password: null, pg_ca: null });
  });

  it("keeps an address of its own, and takes none from a socket", () => {
    expect(mergeServer({ ...STORED, ssh_host: "bastion" }, { host: null }).row.ssh_host).toBe("bastion");
    expect(mergeServer({ ...STORED, pg_host: "/run/postgresql" }, { host: null }).row.ssh_host).toBeNull();
    expect(mergeServer(STORED, { host: null, ssh_host: "other" }).row.ssh_host).toBe("other");
  });

  it("may be this machine, which is read without SSH", () => {
    expect(mergeServer(null, { name: "here", host_kind: "local" }).row).toMatchObject({ host_kind: "local" });
    const here = afterwards(STORED, { host_kind: "local" });
    expect(here).toMatchObject({ host_kind: "local", ssh_user: null, ssh_password: null, ssh_host_keys: [] });
    expect(afterwards(here, { host_kind: null })).toMatchObject({ host_kind: null, pg_host: "db.example.org" });
    const elsewhere = afterwards(here, { host_kind: "ssh", ssh_user: "watcher" });
    expect(elsewhere).toMatchObject({ host_kind: "ssh", ssh_user: "watcher", ssh_password: null });
  });
});

it.each<[string, SslMode]>([
  ["localhost", "prefer"],
  ["127.0.0.1", "prefer"],
  ["127.9.9.9", "prefer"],
  ["::1", "prefer"],
  ["/run/postgresql", "prefer"],
  ["localhost.example.org", "verify-full"],
  ["127.0.0.1.example.org", "verify-full"],
  ["10.0.0.1", "verify-full"],
  ["db", "verify-full"],
])("a new server at %s begins with %s", (host, sslmode) => {
  expect(defaultSslmode(host)).toBe(sslmode);
  expect(mergeServer(null, { name: "n", host, user: "u" }).row.pg_sslmode).toBe(sslmode);
});

describe("whatever is changed, one after the other", () => {
  const host = fc.constantFrom("db.example.org", "evil.example.org", "/tmp/mine");
  const keys = fc.subarray([KEY_A, KEY_B]);
  const change: fc.Arbitrary<ServerChanges> = fc.record(
    {
      name: fc.constantFrom("orders", "other"),
      host: fc.option(host),
      host_kind: fc.constantFrom(null, "local" as const, "ssh" as const),
      port: fc.constantFrom(5432, 5433),
      user: fc.constantFrom("dozor", "postgres"),
      sslmode: fc.constantFrom(...SSL_MODES),
      ca: fc.constantFrom(null, "authority", "mine"),
      ssh_host: fc.option(host),
      ssh_port: fc.constantFrom(null, 22, 2222),
      ssh_user: fc.constantFrom(null, "watcher", "root"),
      ssh_auth_type: fc.constantFrom(null, "password" as const, "key" as const),
      ssh_key_id: fc.constantFrom(null, 3, 4),
      ssh_host_keys: keys,
      enabled: fc.boolean(),
      password: fc.constantFrom("", undefined),
    },
    { requiredKeys: [] },
  );
  const strength = (mode: SslMode | null) => SSL_MODES.indexOf(mode ?? "prefer");

  it("a secret that nobody sent again is still where it was meant for", () => {
    fc.assert(
      fc.property(fc.constantFrom(STORED, WITH_KEY), fc.array(change, { minLength: 1, maxLength: 6 }), (first, all) => {
        const last = all.reduce(afterwards, first);
        if (last.pg_password !== null) {
          expect([last.pg_host, last.pg_port, last.pg_user, last.pg_ca]).toEqual([
            ...[first.pg_host, first.pg_port, first.pg_user, first.pg_ca],
          ]);
          expect(strength(last.pg_sslmode)).toBeGreaterThanOrEqual(strength(first.pg_sslmode));
        }
        if (last.ssh_password === null && last.ssh_key_passphrase === null) return;
        const address = (row: StoredServer) => [row.ssh_host ?? row.pg_host, row.ssh_port, row.ssh_user];
        expect(address(last)).toEqual(address(first));
        expect([last.ssh_auth_type, last.ssh_key_id]).toEqual([first.ssh_auth_type, first.ssh_key_id]);
        expect(last.ssh_host_keys).toEqual(first.ssh_host_keys);
      }),
      { numRuns: 3_000 },
    );
  });

  it("what is read and sent back changes nothing", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (all) => {
        const now = all.reduce(afterwards, STORED);
        const { row, secrets } = mergeServer(now, {
          ...{ name: now.name, enabled: now.enabled, labels: now.labels, intervals: now.intervals },
          ...{ host: now.pg_host, port: now.pg_port ?? undefined, user: now.pg_user, ca: now.pg_ca },
          ...{ database: now.pg_database ?? undefined, sslmode: now.pg_sslmode ?? undefined, password: "" },
          host_kind: now.host_kind,
          ...{ ssh_host: now.ssh_host, ssh_port: now.ssh_port, ssh_user: now.ssh_user, ssh_password: "" },
          ...{ ssh_auth_type: now.ssh_auth_type, ssh_key_id: now.ssh_key_id, ssh_host_keys: now.ssh_host_keys },
        });
        expect({ ...now, ...row }).toEqual(now);
        for (const column of SECRET_COLUMNS) expect(secrets[column].is).toBe(now[column] === null ? "none" : "stored");
      }),
      { numRuns: 500 },
    );
  });
});
