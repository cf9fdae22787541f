// The embedded database through the life of the process: first start, crashes, a second start, stop.
import { chownSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  ask,
  type Core,
  makeFolder,
  postmasterOf,
  type Ready,
  removeFolder,
  startCore,
  stopAll,
  USERS,
  until,
} from "./support";

describe.each(USERS)("as $name", (user) => {
  const folder = makeFolder(user);
  const directory = path.join(folder, "data");
  const start = (): Core => startCore({ DATA_DIR: directory }, user);
  let first: Ready;

  afterAll(async () => {
    await stopAll(directory);
    removeFolder(folder);
  });

  test("the first start makes everything; the admin's password is told once", async () => {
    const core = start();
    first = await core.ready();
    expect(first.admin).toEqual({ login: "admin", password: expect.stringMatching(/^(\w{5}-){3}\w{5}$/) });
    const users = await ask(first.url, "SELECT login, role, must_change_password FROM users");
    expect(users).toEqual([{ login: "admin", role: "admin", must_change_password: true }]);
    const servers = await ask(
      first.url,
      "SELECT name, host_kind, pg_user, pg_port, pg_password LIKE '1:%' AS sealed FROM servers",
    );
    const port = Number(new URL(first.url).port);
    expect(servers).toEqual([
      { name: "local", host_kind: "local", pg_user: "dozor_monitor", pg_port: port, sealed: true },
    ]);
    expect(await core.stop()).toBe(0);
    expect(postmasterOf(directory)).toBeUndefined();
    expect(readFileSync(path.join(directory, "postgres.log"), "utf8")).not.toContain("not properly shut down");
  });

  test("secrets are readable by their owner only", () => {
    const names = readdirSync(path.join(directory, "secrets")).sort();
    expect(names).toEqual(["auth_secret", "database_password", "encryption_keys"]);
    for (const name of names) expect(statSync(path.join(directory, "secrets", name)).mode & 0o777).toBe(0o600);
  });

  test("the next start finds all of it, on the same port", async () => {
    const core = start();
    expect(await core.ready()).toEqual({ ready: true, url: first.url });
    expect(await ask(first.url, "SELECT count(*)::int AS n FROM users")).toEqual([{ n: 1 }]);
    await core.stop("SIGINT");
  });

  test("it listens on loopback only and asks for the password", async () => {
    const core = start();
    await core.ready();
    const listening =
      "SELECT current_setting('listen_addresses') AS tcp, current_setting('unix_socket_directories') AS unix";
    expect(await ask(first.url, listening)).toEqual([{ tcp: "127.0.0.1", unix: "" }]);
    const other = new URL(first.url);
    other.password = "wrong";
    await expect(ask(other.href, "SELECT 1")).rejects.toThrow("password authentication failed");
    await core.stop();
  });

  test("a second start on the directory is refused and names the process; the first goes on", async () => {
    const core = start();
    await core.ready();
    const second = start();
    expect(await second.ended).toBe(1);
    expect(second.stderr).toContain(`Another Dozor (process ${core.child.pid}) already runs on ${directory}`);
    expect(second.stderr).not.toContain("    at ");
    expect(await ask(first.url, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
    await core.stop();
  });

  test("after kill -9 the next start takes over the running postgres and what was committed", async () => {
    const core = start();
    await core.ready();
    const postmaster = postmasterOf(directory);
    await ask(first.url, "INSERT INTO settings (key, value) VALUES ('kept', '1')");
    await core.stop("SIGKILL");
    expect(postmasterOf(directory)).toBe(postmaster);
    const next = start();
    await next.ready();
    expect(postmasterOf(directory)).toBe(postmaster);
    expect(await ask(first.url, "SELECT key FROM settings")).toEqual([{ key: "kept" }]);
    expect(await next.stop()).toBe(0);
    expect(postmasterOf(directory)).toBeUndefined();
  });

  test("kill -9 of postgres: it is started again on the same address, with what was committed", async () => {
    const core = start();
    await core.ready();
    const postmaster = postmasterOf(directory) ?? 0;
    await ask(first.url, "INSERT INTO settings (key, value) VALUES ('committed', '1')");
    process.kill(postmaster, "SIGKILL");
    await until("another postgres", () => {
      const now = postmasterOf(directory);
      return now !== undefined && now !== postmaster;
    });
    const keys = await until("answers", () =>
      ask<{ key: string }>(first.url, "SELECT key FROM settings").catch(() => undefined),
    );
    expect(keys).toContainEqual({ key: "committed" });
    // Still owned: the lock was taken again.
    await until("ownership", async () => core.stdout.includes("The embedded PostgreSQL runs again"));
    const second = start();
    expect(await second.ended).toBe(1);
    expect(await core.stop()).toBe(0);
  });

  test("both killed: the next start recovers", async () => {
    const core = start();
    await core.ready();
    await core.stop("SIGKILL");
    process.kill(postmasterOf(directory) ?? 0, "SIGKILL");
    const next = start();
    await next.ready();
    expect(await ask(first.url, "SELECT count(*)::int AS n FROM settings")).toEqual([{ n: 2 }]);
    await next.stop();
  });

  test("a stale postmaster.pid that names another living program does not block", async () => {
    const file = path.join(directory, "postgres/postmaster.pid");
    writeFileSync(file, `${process.pid}\n${directory}/postgres\n1700000000\n5432\n\n127.0.0.1\n  1  1\nready   \n`);
    const { uid, gid } = statSync(path.join(directory, "postgres"));
    chownSync(file, uid, gid);
    const core = start();
    await core.ready();
    await core.stop();
  });

  test("a start that was killed while it set up the database leaves nothing in the way", async () => {
    const other = path.join(folder, "other");
    const core = startCore({ DATA_DIR: other }, user);
    await until(
      "initdb at work",
      () => readdirSync(folder).includes("other") && readdirSync(other).some((name) => name.includes(".new-")),
    );
    await core.stop("SIGKILL");
    const next = startCore({ DATA_DIR: other }, user);
    await next.ready();
    expect(readdirSync(other).filter((name) => name.includes(".new-"))).toEqual([]);
    await next.stop();
  });

  test("two first starts at once: one works, the other is refused", async () => {
    const other = path.join(folder, "both");
    const cores = [1, 2].map(() => startCore({ DATA_DIR: other }, user));
    const results = await Promise.allSettled(cores.map((core) => core.ready()));
    expect(results.map((result) => result.status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = cores[results.findIndex((result) => result.status === "rejected")];
    expect(refused?.stderr).toContain("Another Dozor");
    await Promise.all(cores.map((core) => core.stop()));
    await stopAll(other);
  });
});
