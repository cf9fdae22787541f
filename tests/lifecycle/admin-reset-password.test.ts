// The way back in for whoever is locked out: beside a running Dozor, without one, and on a database given by address.
import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { verify } from "@node-rs/argon2";
import { buildSync } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { ask, makeFolder, removeFolder, startCore, stopAll } from "./support";

const COMMAND = path.resolve(`dist/lifecycle/admin-reset-password-${process.pid}.mjs`);
buildSync({
  entryPoints: ["scripts/admin-reset-password.ts"],
  outfile: COMMAND,
  bundle: true,
  platform: "node",
  format: "esm",
  packages: "external",
});

let folder: string;
beforeAll(() => {
  folder = makeFolder();
});
afterEach(() => stopAll(folder));
afterAll(() => {
  removeFolder(folder);
  rmSync(COMMAND, { force: true });
});

function reset(variables: Record<string, string>, ...parameters: string[]) {
  const environment = { PATH: process.env.PATH ?? "", LOG_LEVEL: "warn", ...variables };
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...parameters], {
    env: environment as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv,
    encoding: "utf8",
  });
  return { status, stdout, stderr, password: /^ {2}((?:[a-z2-9]{5}-){3}[a-z2-9]{5})$/m.exec(stdout)?.[1] ?? "" };
}

interface Account {
  password_hash: string;
  status: string;
  must_change_password: boolean;
  totp: boolean;
  sessions: number;
  tokens: number;
}
const account = async (url: string, login: string) =>
  (
    await ask<Account>(
      url,
      `SELECT password_hash, status, must_change_password, totp_confirmed_at IS NOT NULL AS totp,
         (SELECT count(*)::int FROM sessions WHERE user_id = users.id AND revoked_at IS NULL) AS sessions,
         (SELECT count(*)::int FROM api_tokens WHERE user_id = users.id AND revoked_at IS NULL) AS tokens
       FROM users WHERE login = '${login}'`,
    )
  )[0];

const OPEN_SESSION = `INSERT INTO sessions (user_id, kind, token_hash, created_at, last_seen_at, expires_at)
  SELECT id, 'browser', sha256(random()::text::bytea), now(), now(), now() + interval '1 hour' FROM users WHERE login = 'admin'`;

const MAKE_TOKEN = `INSERT INTO api_tokens (user_id, name, prefix, token_hash, scopes)
  SELECT id, 'prometheus', 'dzr_abcdef', sha256('any'), '{metrics:read}' FROM users WHERE login = 'admin'`;

describe("npm run admin:reset-password", () => {
  it("beside the Dozor that runs: another password, no session, active again; told once and audited", async () => {
    const core = startCore({ DATA_DIR: folder });
    const { url } = await core.ready();
    await ask(url, OPEN_SESSION);
    await ask(url, MAKE_TOKEN);
    await ask(url, "UPDATE users SET status = 'blocked', must_change_password = false, totp_confirmed_at = now()");
    const { status, stderr, stdout, password } = reset({ DATA_DIR: folder });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("The new password of admin is");
    expect(stdout).toContain("All sessions and API tokens of this user have ended.");
    expect(stdout).toContain("was blocked and is active again");
    expect(stdout).toContain("--second-factor takes it away");
    const admin = await account(url, "admin");
    expect(admin).toMatchObject({ status: "active", must_change_password: true, totp: true, sessions: 0, tokens: 0 });
    expect(await verify(admin?.password_hash ?? "", password)).toBe(true);
    const entries = await ask(url, "SELECT event_type, actor FROM audit_log ORDER BY id DESC LIMIT 2");
    expect(entries).toEqual([
      { event_type: "user_password_reset", actor: "system" },
      { event_type: "user_unblocked", actor: "system" },
    ]);
    const texts = await ask<{ text: string }>(
      url,
      "SELECT string_agg(a::text || e::text, '') AS text FROM audit_log a, activity_events e",
    );
    expect(texts[0]?.text ?? "").not.toContain(password);
    await core.stop();
  });

  it("on the embedded database while Dozor is stopped; the second factor goes when asked", async () => {
    const { status, stdout, password } = reset({ DATA_DIR: folder }, "admin", "--second-factor");
    expect(status).toBe(0);
    expect(stdout).toContain("There is no second factor any more.");
    const core = startCore({ DATA_DIR: folder });
    const { url } = await core.ready();
    const admin = await account(url, "admin");
    expect(admin?.totp).toBe(false);
    expect(await verify(admin?.password_hash ?? "", password)).toBe(true);
    await core.stop();
  });

  it("on a database given by its address, for any user; says what it does not know", async () => {
    const core = startCore({ DATA_DIR: folder });
    const { url } = await core.ready();
    const variables = {
      DATABASE_URL: url,
      AUTH_SECRET: "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e",
      ENCRYPTION_KEYS: "1:Wd7uPq2zNf9xKt4vLs6mRb3yGh8jCe5a",
    };
    await ask(
      url,
      "INSERT INTO users (login, role, password_hash) VALUES ('anna', 'admin', 'x'), ('otto', 'viewer', 'x')",
    );
    const { password } = reset(variables, "otto");
    expect(await verify((await account(url, "otto"))?.password_hash ?? "", password)).toBe(true);
    expect(reset(variables, "nobody")).toMatchObject({ status: 1, stderr: "There is no user with this login.\n" });
    expect(reset(variables, "--force").stderr).toContain("Usage: npm run admin:reset-password");
    expect(reset(variables).stdout).toContain("The new password of admin is");
    await ask(url, "UPDATE users SET login = 'berta' WHERE login = 'admin'");
    expect(reset(variables)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("administrators anna, berta"),
    });
    await core.stop();
  });
});
