import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { env, logOptions, provideEnv, readEnv, settingOverride, settingVariable } from "./env";

const SECRET = "kR3vT9wYpL5mXz2QhB8nFd6sJc4gUa7e";
const URL = "postgresql://u:geheim@db.internal:5432/dozor";
const DATABASE = { DATABASE_URL: URL, AUTH_SECRET: SECRET, ENCRYPTION_KEYS: `1:${SECRET}` };

const folder = mkdtempSync(path.join(tmpdir(), "dozor-env-"));
const file = path.join(folder, "secret");
writeFileSync(file, `${SECRET}\n`);
afterAll(() => rmSync(folder, { recursive: true }));

describe("readEnv", () => {
  test("needs nothing", () => {
    expect(readEnv({})).toEqual({
      problems: [],
      values: {
        PORT: 3000,
        HOST: "127.0.0.1",
        TRUSTED_PROXIES: [],
        ROLE: "all",
        LOG_LEVEL: "info",
        PASSWORD_MIN_LENGTH: 12,
        SPOOL_MAX_MB: 256,
        ALLOW_PGPASS: false,
        PROMETHEUS_ENABLED: true,
        METRICS_PUBLIC: false,
        METRICS_PREFIX: "dozor",
      },
    });
  });

  test.each<[Record<string, string>, Record<string, unknown>]>([
    [
      { PORT: "80", HOST: "::1" },
      { PORT: 80, HOST: "::1" },
    ],
    [{ PORT: "" }, { PORT: 3000 }],
    [{ ALLOW_PGPASS: "true" }, { ALLOW_PGPASS: true }],
    [{ PUBLIC_URL: "https://dozor.example/" }, { PUBLIC_URL: "https://dozor.example" }],
    [{ TRUSTED_PROXIES: "10.0.0.0/8, ::1," }, { TRUSTED_PROXIES: ["10.0.0.0/8", "::1"] }],
    [DATABASE, DATABASE],
    [{ ...DATABASE, DATABASE_URL: "postgres:///dozor?host=/run/postgresql" }, {}],
    [{ AUTH_SECRET_FILE: file }, { AUTH_SECRET: SECRET }],
    [{ SECRET_KEY: SECRET }, { AUTH_SECRET: SECRET }],
    [{ SECRET_KEY_FILE: file }, { AUTH_SECRET: SECRET }],
    [{ ENCRYPTION_KEY: SECRET }, { ENCRYPTION_KEYS: `1:${SECRET}` }],
    [{ ENCRYPTION_KEYS: `b:${SECRET}, a:${SECRET}` }, { ENCRYPTION_KEYS: `b:${SECRET}, a:${SECRET}` }],
    [
      { AUTH_SECRET: SECRET, ENCRYPTION_KEY: SECRET, LOCAL_DB_DSN: "postgresql+asyncpg://u:p@h/d" },
      { DATABASE_URL: "postgresql://u:p@h/d" },
    ],
    [{ ADMIN_PASSWORD: "Wachsam-im-Turm-7" }, { ADMIN_PASSWORD: "Wachsam-im-Turm-7" }],
    [{ METRICS_TOKEN_FILE: file }, { METRICS_TOKEN: SECRET }],
    [{ METRICS_LISTEN: "[::1]:9464" }, { METRICS_LISTEN: { host: "::1", port: 9464 } }],
    [{ METRICS_LISTEN: "10.0.0.5:3000" }, { METRICS_LISTEN: { host: "10.0.0.5", port: 3_000 }, PORT: 3_000 }],
    [{ METRICS_LISTEN: "localhost:0" }, { METRICS_LISTEN: { host: "localhost", port: 0 } }],
    [
      { METRICS_PREFIX: "sattva", METRICS_PUBLIC: "true", PROMETHEUS_ENABLED: "false" },
      { METRICS_PREFIX: "sattva", METRICS_PUBLIC: true, PROMETHEUS_ENABLED: false },
    ],
  ])("accepts %j", (source, expected) => {
    const { values, problems } = readEnv(source);
    expect(problems).toEqual([]);
    expect(values).toMatchObject(expected);
  });

  test.each<[Record<string, string>, string]>([
    [{ PORT: "70000" }, "PORT must be a whole number from 0 to 65535"],
    [{ PORT: "3e3" }, "PORT must be a whole number from 0 to 65535"],
    [{ ALLOW_PGPASS: "yes" }, "ALLOW_PGPASS must be one of true, false"],
    [{ METRICS_TOKEN: "geheim" }, "METRICS_TOKEN must be at least 32 characters"],
    [{ METRICS_TOKEN: `${SECRET} geheim` }, "METRICS_TOKEN must be visible ASCII characters without spaces"],
    [{ METRICS_TOKEN: SECRET, AUTH_SECRET: SECRET }, "METRICS_TOKEN must not be the same as AUTH_SECRET"],
    [{ CRON_SECRET: SECRET, AUTH_SECRET: SECRET }, "CRON_SECRET must not be the same as AUTH_SECRET"],
    [{ CRON_SECRET: "short" }, "CRON_SECRET must be at least 16 visible ASCII characters"],
    [{ CRON_SECRET: "change-me-change-me" }, "CRON_SECRET is a sample value"],
    [{ CRON_SECRET: "1111111111111111" }, "CRON_SECRET is a sample value"],
    [{ METRICS_LISTEN: "0.0.0.0:3000" }, "METRICS_LISTEN must be another address than HOST and PORT"],
    [{ METRICS_LISTEN: "127.0.0.1:3000" }, "METRICS_LISTEN must be another address than HOST and PORT"],
    [
      { METRICS_LISTEN: "[::1]:4000", HOST: "::", PORT: "4000" },
      "METRICS_LISTEN must be another address than HOST and PORT",
    ],
    [{ METRICS_LISTEN: "9464" }, "METRICS_LISTEN must be host:port"],
    [{ METRICS_LISTEN: "127.0.0.1:99999" }, "METRICS_LISTEN must be host:port"],
    [{ METRICS_PREFIX: "my_metrics" }, "METRICS_PREFIX must be small letters and digits"],
    [{ METRICS_PREFIX: "pg" }, "METRICS_PREFIX is the prefix of other metrics here"],
    [{ PROMETHEUS_ENABLED: "no" }, "PROMETHEUS_ENABLED must be one of true, false"],
    [{ HOST: "http://0.0.0.0" }, "HOST must be an address or a host name"],
    [{ PUBLIC_URL: "dozor.example" }, "PUBLIC_URL must be an http:// or https:// address"],
    [{ PUBLIC_URL: "https://a.example/dozor" }, "PUBLIC_URL must not have a path"],
    [{ TRUSTED_PROXIES: "10.0.0.0/33" }, "TRUSTED_PROXIES must be addresses or networks"],
    [{ TRUSTED_PROXIES: "proxy.example" }, "TRUSTED_PROXIES must be addresses or networks"],
    [{ ...DATABASE, DATABASE_URL: "mysql://u:geheim@h/d" }, "DATABASE_URL must be a PostgreSQL address"],
    [{ ...DATABASE, DATABASE_URL: "postgresql://u:geheim@h" }, "DATABASE_URL must be a PostgreSQL address"],
    [{ ...DATABASE, AUTH_SECRET: "" }, "AUTH_SECRET must be given together with DATABASE_URL"],
    [{ ...DATABASE, ENCRYPTION_KEYS: "" }, "ENCRYPTION_KEYS must be given together with DATABASE_URL"],
    [{ DATABASE_DIRECT_URL: URL }, "DATABASE_DIRECT_URL needs DATABASE_URL beside it"],
    [{ AUTH_SECRET: "geheim" }, "AUTH_SECRET must be at least 32 characters"],
    [{ AUTH_SECRET: "changeme-changeme-changeme-geheim" }, "AUTH_SECRET is a sample value"],
    [{ AUTH_SECRET: "abababababababababababababababababab" }, "AUTH_SECRET is a sample value"],
    [{ SECRET_KEY: "geheim" }, "SECRET_KEY must be at least 32 characters"],
    [{ AUTH_SECRET: SECRET, AUTH_SECRET_FILE: file }, "AUTH_SECRET is given twice"],
    [{ AUTH_SECRET_FILE: "/nowhere" }, "AUTH_SECRET_FILE names a file that cannot be read (ENOENT)"],
    [{ ENCRYPTION_KEYS: SECRET }, "ENCRYPTION_KEYS must be id:key"],
    [{ ENCRYPTION_KEYS: "1:geheim" }, "ENCRYPTION_KEYS key 1 must be at least 32 characters"],
    [{ ENCRYPTION_KEYS: `1:${SECRET},1:${SECRET}` }, "ENCRYPTION_KEYS holds the id 1 twice"],
    [{ ROLE: "master" }, "ROLE must be one of all, web, collector"],
    [{ LOG_LEVEL: "loud" }, "LOG_LEVEL must be one of trace"],
    [{ LOG_FORMAT: "xml" }, "LOG_FORMAT must be one of text, json"],
    [{ PASSWORD_MIN_LENGTH: "6" }, "PASSWORD_MIN_LENGTH must be a whole number from 8 to 128"],
    [{ ADMIN_PASSWORD: "geheim7" }, "ADMIN_PASSWORD must be 12 to 128 characters"],
    [{ ADMIN_PASSWORD: "geheimgeheimgeheim" }, "ADMIN_PASSWORD needs a letter and a digit"],
    [{ ADMIN_PASSWORD: "ChangeMe-geheim-1" }, "ADMIN_PASSWORD is a sample value"],
  ])("refuses %j", (source, message) => {
    const { values, problems } = readEnv(source);
    expect(values).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    expect(problems[0]).not.toMatch(/geheim|kR3v|master|loud|xml/);
  });

  test("reports all bad variables together", () => {
    const { problems } = readEnv({ PORT: "x", ROLE: "x", AUTH_SECRET: "x", DATABASE_URL: URL, TRUSTED_PROXIES: "x" });
    expect(problems.map((problem) => problem.split(" ")[0])).toEqual([
      "PORT",
      "TRUSTED_PROXIES",
      "AUTH_SECRET",
      "ROLE",
      "ENCRYPTION_KEYS",
    ]);
  });
});

describe("the process's own environment", () => {
  afterEach(() => {
    for (const name of ["DATABASE_URL", "AUTH_SECRET", "ENCRYPTION_KEYS", "PORT", "COLLECT_INTERVAL"])
      delete process.env[name];
    delete process.env.AUTO_END_TIMEOUT;
    delete process.env.RETENTION_DAYS_FILE;
    provideEnv({});
  });

  test("what the embedded database gives is missing until it is provided", () => {
    provideEnv({ PORT: "3001" });
    expect(env().PORT).toBe(3001);
    expect(() => env().DATABASE_URL).toThrow("DATABASE_URL is not set");
    provideEnv(DATABASE);
    expect(env().DATABASE_URL).toBe(URL);
    expect(env()).toBe(env());
    expect(Object.isFrozen(env())).toBe(true);
  });

  test("what came from a file may be provided again as a value", () => {
    process.env.AUTH_SECRET_FILE = file;
    process.env.ENCRYPTION_KEYS_FILE = file;
    provideEnv(DATABASE);
    expect(env().AUTH_SECRET).toBe(DATABASE.AUTH_SECRET);
    expect(env().ENCRYPTION_KEYS).toBeDefined();
  });

  test("a bad one is a message, not a value", () => {
    provideEnv({ PORT: "x" });
    expect(() => env()).toThrow("These environment variables are not right:\n  PORT must be a whole number");
  });

  test("settings are fixed by their key in capitals, by file, and by their older name", () => {
    provideEnv({ COLLECT_INTERVAL: "20", AUTO_END_TIMEOUT: "60", RETENTION_DAYS_FILE: file });
    expect(settingOverride("collect_interval")).toBe("20");
    expect(settingOverride("auto_end_timeout_seconds")).toBe("60");
    expect(settingOverride("retention_days")).toBe(SECRET);
    expect(settingOverride("retention_months")).toBeUndefined();
    const keys = ["collect_interval", "auto_end_timeout_seconds", "retention_days", "retention_months"];
    const variables = ["COLLECT_INTERVAL", "AUTO_END_TIMEOUT", "RETENTION_DAYS_FILE", undefined];
    expect(keys.map(settingVariable)).toEqual(variables);
  });

  test("the desktop's LANGUAGE is no setting of ours", () => {
    process.env.LANGUAGE = "en_US:en";
    expect(settingOverride("language")).toBeUndefined();
  });

  test("logging works in a bad environment too", () => {
    const former = process.env.LOG_LEVEL;
    process.env.LOG_LEVEL = "loud";
    expect(logOptions().level).toBe("info");
    process.env.LOG_LEVEL = former;
  });
});
