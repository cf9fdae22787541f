// Secrets go in through every form and API; afterwards they lie nowhere: no answer, log, table or file.
import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { decode } from "next-auth/jwt";
import pg from "pg";
import { type App, newDataDir, removeData, startApp } from "../e2e/support/app";
import { type Answered, type Asked, ask } from "./http";
import { type BuiltAction, readBuilt } from "./manifest";
import { filesBelow, foundIn, givenOut, newSecret, type Secret } from "./secrets";
import { storingStreamSecrets } from "./stream-secrets";
import { ACTIONS, PAGES, ROUTES } from "./table";

const names = ["admin", "encryption", "wrong", "new", "user", "other", "applicant", "otp", "bearer", "cookie", "query"];
const OF_TARGETS = ["postgres", "ssh", "passphrase", "tried", "icecast", "webhook"];
const given = Object.fromEntries(
  [...names, ...OF_TARGETS, "refresh", "broken", "typed", "long", "metrics", "telegram"].map((name) => [
    name,
    newSecret(name),
  ]),
);
const secret = (name: string): string => given[name]?.text ?? "";
const AUTH_SECRET = newSecret("auth");
const MARKER = "marker-that-is-found";

/** Each answer with what was asked, and how many secrets had been given out before it. */
const answers: { told: string; answer: Answered; before: number }[] = [];
const out: Secret[] = [];
let app: App;
let port = 0;

test.describe.configure({ mode: "serial", timeout: 300_000 });
test.beforeAll(async () => {
  app = await startApp({
    dataDir: newDataDir(),
    env: {
      ADMIN_PASSWORD: secret("admin"),
      AUTH_SECRET: AUTH_SECRET.text,
      ENCRYPTION_KEYS: `1:${secret("encryption")}`,
      // Headers carry nothing but ASCII.
      METRICS_TOKEN: given.metrics?.core ?? "",
      TELEGRAM_BOT_TOKEN: secret("telegram"),
      TRUSTED_PROXIES: "127.0.0.1,::1",
      LOG_LEVEL: "debug",
      LOG_FORMAT: "json",
    },
  });
  port = Number(new URL(app.url).port);
});
test.afterAll(async () => {
  await app.stop();
  removeData(app.dataDir);
});

async function send(request: Asked): Promise<Answered> {
  const answer = await ask(port, request);
  answers.push({ told: `${request.method ?? "GET"} ${request.path}`, answer, before: out.length });
  return answer;
}

const json = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
  send({
    method,
    path,
    headers: { origin: app.url, "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
const form = (path: string, fields: Record<string, string>) =>
  send({
    method: "POST",
    path,
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams(fields).toString(),
  });
const action = ({ id, page }: BuiltAction, input: unknown, headers: Record<string, string>) =>
  send({
    method: "POST",
    path: page,
    headers: { origin: app.url, "content-type": "text/plain;charset=UTF-8", "next-action": id, ...headers },
    body: JSON.stringify([input]),
  });

const cookieOf = (answer: Answered, name: string): string =>
  new RegExp(`${name}=([^;]+)`).exec([answer.headers["set-cookie"] ?? []].flat().join("\n"))?.[1] ?? "";
/** Notes what the last answer gave out: it must not come again, and not be stored as it is. */
function note(name: string, text: string): string {
  expect(text, `${name} was given out`).toMatch(/.{6,}/);
  out.push(givenOut(name, text));
  return text;
}

/** Signs in as a browser does. @returns the headers of the session */
async function browser(username: string, password: string): Promise<Record<string, string>> {
  const signIn = readBuilt().actions.find(({ name }) => name.endsWith("signIn"));
  const answer = signIn && (await action(signIn, { username, password }, {}));
  const sealed = note("session cookie", answer ? cookieOf(answer, "dozor.session") : "");
  const token = await decode({ token: sealed, secret: AUTH_SECRET.text });
  note("session secret", String(token?.key));
  return { cookie: `dozor.session=${sealed}`, origin: app.url };
}

async function bearer(username: string, password: string): Promise<Record<string, string>> {
  const answer = await form("/api/token", { username, password });
  note("refresh token", cookieOf(answer, "refresh_token"));
  return { authorization: `Bearer ${note("access token", JSON.parse(answer.text).access_token)}` };
}

/** Everything that a form or a client may call a secret. */
const LADEN = {
  password: secret("wrong"),
  current_password: secret("wrong"),
  new_password: secret("new"),
  otp: secret("otp"),
  code: secret("otp"),
  token: secret("bearer"),
  refresh_token: secret("refresh"),
  passwrod: secret("typed"),
  username: "somebody",
  login: "somebody",
  email: "somebody@example.org",
};

test("secrets go in where they belong", async () => {
  await form("/api/token", { username: "admin", password: secret("wrong") });
  await json("POST", "/api/auth/login", { username: "nobody-there", password: secret("wrong"), otp: secret("otp") });
  const admin = await browser("admin", secret("admin"));
  const created = await json(
    "POST",
    "/api/users",
    { login: MARKER, role: "operator", password: secret("user") },
    admin,
  );
  expect(created.status).toBe(201);
  const generated = await json("POST", "/api/users", { login: "generated", role: "viewer" }, admin);
  note("generated password", JSON.parse(generated.text).password);
  await json("PATCH", `/api/users/${MARKER}`, { password: secret("other") }, admin);
  await json("PUT", "/api/settings", { registration_enabled: true, totp_required: "off" }, admin);
  const applicant = { login: "applicant", email: "a@example.org", password: secret("applicant") };
  expect((await json("POST", "/api/register", applicant)).status).toBe(202);
  const reset = await send({ method: "POST", path: "/api/users/generated/reset-password", headers: admin });
  note("one-time password", JSON.parse(reset.text).password);
});

test("secrets of servers, keys and streams go in, and are tried out", async () => {
  const admin = await bearer("admin", secret("admin"));
  const privateKey = generateKeyPairSync("ed25519").privateKey.export({
    ...{ format: "pem", type: "pkcs8", cipher: "aes-256-cbc", passphrase: secret("passphrase") },
  });
  // A line of its middle: its first and last lines are those of any key.
  const line = String(privateKey).split("\n")[2] ?? "";
  given.key = { name: "private key", text: line, core: line };
  const keys = { name: MARKER, private_key: String(privateKey), passphrase: secret("passphrase") };
  const key = await json("POST", "/api/ssh-keys/import", keys, admin);
  expect(key.status, key.text).toBe(201);
  const address = { host: "127.0.0.1", port: 9, user: "watcher", ssh_user: "watcher", ssh_port: 9 };
  const server = { ...address, name: MARKER, password: secret("postgres"), ssh_password: secret("ssh") };
  const created = await json("POST", "/api/servers", server, admin);
  expect(created.status, created.text).toBe(201);
  const signing = { ssh_key_id: JSON.parse(key.text).id, ssh_key_passphrase: secret("passphrase") };
  expect((await json("PUT", `/api/servers/${MARKER}`, signing, admin)).status).toBe(200);
  const tried = { ...address, password: secret("tried"), ssh_password: secret("tried") };
  for (const path of ["/api/servers/test-pg", "/api/servers/test-ssh", `/api/servers/${MARKER}/test-pg`])
    expect((await json("POST", path, tried, admin)).status, path).toBe(200);
  for (const { method, path, body, status } of storingStreamSecrets(MARKER, secret))
    expect((await json(method, path, body, admin)).status, path).toBe(status);
  // Refused, with everything that was typed.
  expect((await json("POST", "/api/servers", { ...server, port: "x" }, admin)).status).toBe(422);
});

test("the own account's secrets are given out once", async () => {
  const admin = await bearer("admin", secret("admin"));
  const about = { current_password: secret("admin") };
  const token = await json("POST", "/api/users/me/tokens", { name: "reader", scopes: ["read"] }, admin);
  const apiToken = note("API token", JSON.parse(token.text).token);
  expect((await send({ path: "/api/servers", headers: { authorization: `Bearer ${apiToken}` } })).status).toBe(200);
  const begun = await json("POST", "/api/users/me/totp", about, admin);
  note("key of the second factor", JSON.parse(begun.text).secret);
  await json("POST", "/api/users/me/totp/confirm", { code: secret("otp") }, admin);
  const changed = await json("PUT", "/api/auth/password", { ...about, new_password: secret("new") }, admin);
  expect(changed.status).toBe(200);
  const again = await bearer("admin", secret("new"));
  const refresh = out.findLast(({ name }) => name === "refresh token")?.text ?? "";
  const renewed = await send({ method: "POST", path: "/api/refresh", headers: { cookie: `refresh_token=${refresh}` } });
  expect(renewed.status).toBe(200);
  note("second refresh token", cookieOf(renewed, "refresh_token"));
  note("second access token", JSON.parse(renewed.text).access_token);
  await send({ method: "POST", path: "/api/logout", headers: again });
});

/** The same to every route, well and badly written, with secrets in headers and address as well. */
async function ladenRequests(headers: Record<string, string>): Promise<void> {
  const body = JSON.stringify(LADEN);
  const wrong = JSON.stringify({ ...LADEN, password: { inner: secret("broken") }, otp: secret("long").repeat(300) });
  for (const [path, methods] of Object.entries(ROUTES)) {
    const at = path.replace("[...nextauth]", "callback/password").replace(/\[\w+\]/g, MARKER);
    for (const method of Object.keys(methods)) {
      // What would end the session or lock others out is asked by itself above.
      if (/logout|\/users\/\[login\]$|sessions/.test(path) && method !== "GET") continue;
      const query = `?password=${encodeURIComponent(secret("query"))}&otp=${secret("query")}&limit=${secret("query")}`;
      if (method === "GET") await send({ path: at + query, headers });
      else
        for (const text of [body, wrong, `${body.slice(0, -1)},${secret("broken")}`])
          await send({
            method,
            path: at + query,
            headers: { ...headers, "content-type": "application/json" },
            body: text,
          });
      if (method === "POST") await form(at, LADEN);
    }
  }
}

test("secrets go in where they do not belong", async () => {
  const sent: Record<string, string>[] = [
    {},
    { authorization: `Bearer ${secret("bearer")}` },
    { authorization: `Bearer dzr_${secret("bearer").replace("é", "")}` },
    { authorization: `Basic ${Buffer.from(`admin:${secret("wrong")}`).toString("base64")}` },
    {
      cookie: `dozor.session=${encodeURIComponent(secret("cookie"))}; refresh_token=${encodeURIComponent(secret("refresh"))}`,
    },
  ];
  const strangers = sent.map((headers) => ({ origin: app.url, ...encoded(headers) }));
  for (const headers of strangers) await send({ path: "/api/users", headers });
  for (const headers of strangers.slice(1, 2)) await ladenRequests(headers);
  const admin = await browser("admin", secret("new"));
  await ladenRequests(admin);
  for (const built of readBuilt().actions) {
    const { input } = ACTIONS[built.name] ?? {};
    const laden = typeof input === "object" ? { ...LADEN, ...input, ...only(LADEN, input) } : secret("typed");
    const leaves = /signOut|endOthers|endSessions$/.test(built.name);
    for (const headers of leaves ? [{}] : [{}, admin]) await action(built, laden, headers);
  }
});

/** Header values are bytes: a letter beyond ASCII goes as it does in addresses. */
const encoded = (headers: Record<string, string>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replaceAll("é", "%C3%A9")]));
/** The secrets among the fields that an input has. */
const only = (laden: Record<string, string>, input: object | null): Record<string, string> =>
  Object.fromEntries(Object.entries(laden).filter(([key]) => /passw|otp|code|token/.test(key) && key in (input ?? {})));

test("no page shows them", async () => {
  const admin = await browser("admin", secret("new"));
  for (const [path, { at = path }] of Object.entries(PAGES)) await send({ path: at, headers: admin });
  for (const path of ["/api/audit/sessions?limit=500", "/api/logs?limit=500", "/api/system/activity?limit=100"]) {
    expect((await send({ path, headers: admin })).status).toBe(200);
  }
});

test("no answer holds them, but the one that gives a secret out", () => {
  expect(answers.length).toBeGreaterThan(300);
  const all = [...Object.values(given), AUTH_SECRET];
  const leaks = answers.flatMap(({ told, answer, before }) => {
    const text = `${JSON.stringify(answer.headers)}\n${answer.text}`;
    return foundIn(text, [...all, ...out.slice(0, before)]).map((name) => `${name} in the answer of ${told}`);
  });
  expect([...new Set(leaks)]).toEqual([]);
  // The search sees what is there: all that was given out stands in some answer, but what only a sealed cookie holds.
  const whole = answers.map(({ answer }) => `${JSON.stringify(answer.headers)}\n${answer.text}`).join("\n");
  const handed = out.filter(({ name }) => name !== "session secret");
  expect(foundIn(whole, handed)).toEqual(handed.map(({ name }) => name));
});

test("the log holds none of them", () => {
  expect(app.output()).toContain('"level"');
  expect(foundIn(app.output(), [...Object.values(given), AUTH_SECRET, ...out])).toEqual([]);
});

test("neither the tables nor any file of database, write-ahead log and spool hold them", async () => {
  const read = (file: string) => readFileSync(join(app.dataDir, file), "utf8").trim();
  const password = read("secrets/database_password");
  const address = `postgresql://dozor:${password}@127.0.0.1:${read("postgres.port")}/dozor`;
  const database = new pg.Client({ connectionString: address });
  await database.connect();
  const secrets = [...Object.values(given), AUTH_SECRET, ...out];
  const marker = givenOut("marker", MARKER);
  const { rows: tables } = await database.query<{ name: string }>(
    "SELECT quote_ident(relname) AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')",
  );
  const inTables: string[] = [];
  for (const { name } of tables) {
    const { rows } = await database.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
    for (const { row } of rows)
      inTables.push(...foundIn(row, [...secrets, marker]).map((what) => `${what} in ${name}`));
  }
  expect([...new Set(inTables)].filter((found) => !found.startsWith("marker"))).toEqual([]);
  expect(inTables).toContain("marker in users");
  await database.query("CHECKPOINT");
  await database.end();
  const inFiles = [...filesBelow(app.dataDir)].flatMap(({ path, bytes }) =>
    foundIn(bytes, [...secrets, marker]).map((what) => `${what} in ${path.slice(app.dataDir.length)}`),
  );
  expect(inFiles.filter((found) => !found.startsWith("marker"))).toEqual([]);
  expect(inFiles.some((found) => found.startsWith("marker in /postgres/base/"))).toBe(true);
  expect(inFiles.some((found) => found.startsWith("marker in /postgres/pg_wal/"))).toBe(true);
});
