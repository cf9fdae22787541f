import { hostname } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Sshd, startSshd } from "../../tests/ssh/support/sshd";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { storage as probe } from "../postgres/probes/storage";
import { encrypt } from "../secrets";
import { ask, type Memory, type Sources } from "./ask";
import { enabledServers } from "./fleet";
import { createMachines, type Machines } from "./machines";
import type { CollectedServer } from "./plan";

useDatabase();
let sshd: Sshd;
let id = 0;
let machines: Machines;

/** The server as the collector reads it now. */
async function shop(): Promise<CollectedServer> {
  const found = (await enabledServers()).find((server) => server.id === id);
  if (!found) throw new Error("no server");
  return found;
}

/** Asks how full the disks are, of a PostgreSQL that says its files are in `/` and in a folder that is not there. */
async function asked(before?: Memory) {
  const paths = async () => [
    { of: "data", path: "/" },
    { of: "wal", path: "/no such folder, here" },
  ];
  const sources = {
    targets: { session: async () => ({ version: 18, open: true, query: paths }), drop: async () => {} },
    machines,
  } as unknown as Sources;
  const task = { key: "", server: await shop(), probe, live: false, intervalMs: 300_000, phaseMs: 0 };
  const { outcome, memory } = await ask(task, sources, before);
  return { outcome, memory, code: outcome.outcome === "failed" ? outcome.code : outcome.outcome };
}

const set = (column: string, value: unknown) =>
  pool().query(`UPDATE servers SET ${column} = $2 WHERE id = $1`, [id, value]);

describe("a machine over SSH", () => {
  beforeAll(async () => {
    sshd = await startSshd();
    const { privateKey, publicKey } = await sshd.clientKey();
    const { rows: keys } = await pool().query<{ id: number }>(
      `INSERT INTO ssh_keys (name, key_type, fingerprint, public_key, private_key, has_passphrase)
       VALUES ('ops', 'ssh-ed25519', 'SHA256:x', $1, '', false) RETURNING id`,
      [publicKey],
    );
    const key = keys[0]?.id ?? 0;
    await pool().query("UPDATE ssh_keys SET private_key = $2 WHERE id = $1", [
      key,
      encrypt(privateKey, `ssh_keys:private_key:${key}`),
    ]);
    id = (await pool().query("INSERT INTO subject (kind) VALUES ('server') RETURNING id")).rows[0].id;
    await pool().query(
      `INSERT INTO servers (id, name, pg_host, host_kind, ssh_host, ssh_port, ssh_user, ssh_auth_type, ssh_key_id, ssh_host_keys)
       VALUES ($1, 'shop', '/run', 'ssh', $2, $3, $4, 'key', $5, $6)`,
      [id, sshd.host, sshd.port, sshd.user, key, sshd.hostKeys()],
    );
    machines = createMachines();
  });
  afterAll(async () => {
    await machines.close();
    await sshd.stop();
  });

  it("tells how full its disks are, path by path, over one connection", async () => {
    const { outcome, memory } = await asked();
    if (outcome.outcome !== "ok") throw new Error(JSON.stringify(outcome));
    expect(outcome.reading.rows).toHaveLength(1);
    expect(outcome.reading.rows[0]).toMatchObject({
      labels: { of: "data" },
      values: { total_bytes: expect.any(Number) },
    });
    expect(Object.keys(outcome.reading.unavailable ?? {})).toEqual(['of="wal"']);
    await asked(memory);
    expect(sshd.log().match(/Accepted publickey/g)).toHaveLength(1);
  });

  it("is away when its sshd is, by a code of SSH, and answers again by itself", async () => {
    await sshd.kill();
    expect((await asked()).code).toBe("ssh_unreachable");
    await sshd.start();
    await expect.poll(async () => (await asked()).code, { timeout: 10_000, interval: 600 }).toBe("ok");
  });

  it("is connected to anew when its address or secrets change, and refused without a confirmed host key", async () => {
    await set("ssh_host_keys", []);
    expect((await asked()).code).toBe("ssh_host_key");
    await set("ssh_host_keys", sshd.hostKeys());
    await set("ssh_user", "nobody-like-that");
    expect((await asked()).code).toBe("ssh_auth");
    await set("ssh_user", sshd.user);
    expect((await asked()).code).toBe("ok");
    await set("ssh_auth_type", "password");
    await set("ssh_password", encrypt("wrong", `servers:ssh_password:${id}`));
    expect((await asked()).code).toBe("ssh_auth");
  });

  it("is let go of with its server, and when that is not reached over SSH any more", async () => {
    for (const left of [[], [{ ...(await shop()), hostKind: null, ssh: null }]]) {
      await asked();
      await machines.retain([await shop()]);
      expect(machines.count()).toBe(1);
      await machines.retain(left);
      expect(machines.count()).toBe(0);
    }
  });
});

it("looks for no path here that a server elsewhere names", async () => {
  const asked: string[] = [];
  const local = () => ({
    spaceOf: async (paths: readonly string[]) => {
      asked.push(...paths);
      return [];
    },
  });
  const machines = createMachines({ local });
  const at = (host: string) => ({ id: 1, hostKind: "local", postgres: { host } }) as CollectedServer;
  const [found] = await (await machines.space(at("db.example.org"))).spaceOf(["/net/elsewhere/share"]);
  expect(found).toMatchObject({ space: null, reason: expect.stringContaining("another machine") });
  expect(asked).toEqual([]);
  for (const host of ["127.0.0.1", "localhost", "::1", "/run/postgresql", hostname()])
    await (await machines.space(at(host))).spaceOf([host]);
  expect(asked).toHaveLength(5);
});
