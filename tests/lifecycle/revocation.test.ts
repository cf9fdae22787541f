// Two instances on one database: what ends a session through one ends it on both, for browsers, API clients and live sockets.
import { type ChildProcess, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { buildSync } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TEST_ENVIRONMENT, useDatabase } from "../support/database";
import { LiveClient } from "../support/live";
import { createUser, PASSWORD, signedIn } from "../support/users";
import { until } from "./support";

const database = useDatabase();
const ENTRY = path.resolve(`dist/lifecycle/access-instance-${process.pid}.mjs`);
const LIMIT_MS = 5_000;
const running: ChildProcess[] = [];
let ports: [number, number];

async function startInstance(): Promise<number> {
  const child = spawn(process.execPath, [ENTRY], {
    env: { ...process.env, DATABASE_URL: database.url, ...TEST_ENVIRONMENT },
    stdio: ["ignore", "pipe", "inherit"],
  });
  running.push(child);
  let told = "";
  child.stdout?.on("data", (data) => {
    told += data;
  });
  const line = await until("an instance to be ready", () => {
    if (child.exitCode !== null) throw new Error("the instance ended at its start");
    return /^\{"ready".*$/m.exec(told)?.[0];
  });
  return (JSON.parse(line) as { port: number }).port;
}

beforeAll(async () => {
  buildSync({
    entryPoints: ["tests/lifecycle/access-instance.ts"],
    outfile: ENTRY,
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
  });
  ports = await Promise.all([startInstance(), startInstance()]);
});
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
  rmSync(ENTRY, { force: true });
});

type Headers = Record<string, string>;

async function ask(port: number, method: string, url: string, headers: Headers, body?: unknown): Promise<Response> {
  const origin = `http://127.0.0.1:${port}`;
  return fetch(`${origin}${url}`, {
    method,
    headers: { origin, ...headers, ...(body !== undefined && { "content-type": "application/json" }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

/** Signs an API client in through the first instance. */
async function tokensOf(login: string): Promise<{ bearer: Headers; refresh: Headers }> {
  const response = await ask(ports[0], "POST", "/api/token", {}, { username: login, password: PASSWORD });
  expect(response.status).toBe(200);
  const { access_token } = (await response.json()) as { access_token: string };
  const cookie = response.headers.get("set-cookie")?.split(";")[0] ?? "";
  return { bearer: { authorization: `Bearer ${access_token}` }, refresh: { cookie } };
}

/** Somebody signed in everywhere: a browser and an API client, both known to both instances and with live sockets on both. */
async function everywhere(role: "admin" | "operator" = "operator") {
  const { user, headers: browser } = await signedIn({ role });
  const cookie = { cookie: browser.cookie ?? "" };
  const { bearer, refresh } = await tokensOf(user.login);
  const proofs = [cookie, bearer];
  const sockets = ports.flatMap((port) =>
    proofs.map((headers) => {
      const origin = `http://127.0.0.1:${port}`;
      return new LiveClient(`ws://127.0.0.1:${port}/ws/stats`, { headers: { ...headers, origin } });
    }),
  );
  await Promise.all(sockets.map((socket) => socket.first("snapshot")));
  const statuses = async () =>
    Promise.all(
      ports.flatMap((port) => proofs.map(async (headers) => (await ask(port, "GET", "/api/auth/me", headers)).status)),
    );
  expect(await statuses()).toEqual([200, 200, 200, 200]);
  return { login: user.login, cookie, bearer, refresh, sockets, statuses };
}

/** Milliseconds until both instances answer 401 to both proofs and have closed the four sockets. */
async function untilOver({ sockets, statuses }: Awaited<ReturnType<typeof everywhere>>): Promise<number> {
  const since = Date.now();
  for (;;) {
    const over = (await statuses()).every((status) => status === 401) && sockets.every(({ closed }) => closed);
    if (over || Date.now() - since > 2 * LIMIT_MS) return Date.now() - since;
    await sleep(50);
  }
}

describe("within 5 s everything ends on both instances", () => {
  const CAUSES: [string, (person: Awaited<ReturnType<typeof everywhere>>, admin: Headers) => Promise<Response[]>][] = [
    [
      "a password change in another browser",
      async ({ login }) => {
        const { bearer } = await tokensOf(login);
        const body = { current_password: PASSWORD, new_password: "staple gun 8 envelope" };
        return [await ask(ports[1], "PUT", "/api/auth/password", bearer, body)];
      },
    ],
    [
      "a new role",
      async ({ login }, admin) => [await ask(ports[1], "PUT", `/api/users/${login}`, admin, { role: "viewer" })],
    ],
    ["blocking", async ({ login }, admin) => [await ask(ports[1], "POST", `/api/users/${login}/block`, admin)]],
    ["deleting", async ({ login }, admin) => [await ask(ports[1], "DELETE", `/api/users/${login}`, admin)]],
    [
      "signing out in each",
      async ({ cookie, bearer }) =>
        Promise.all([cookie, bearer].map((headers) => ask(ports[1], "POST", "/api/logout", headers))),
    ],
  ];

  test.each(CAUSES)("after %s", async (_cause, act) => {
    const admin = await tokensOf((await createUser({ role: "admin" })).login);
    const person = await everywhere();
    const answers = await act(person, admin.bearer);
    expect(answers.map(({ ok }) => ok)).toEqual(answers.map(() => true));
    expect(await untilOver(person)).toBeLessThan(LIMIT_MS);
    expect(person.sockets.map(({ closed }) => closed?.code)).toEqual([4401, 4401, 4401, 4401]);
    for (const port of ports) expect((await ask(port, "POST", "/api/refresh", person.refresh)).status).toBe(401);
    // Nobody else was sent away.
    expect((await ask(ports[0], "GET", "/api/auth/me", admin.bearer)).status).toBe(200);
  });
});

test("a refresh token used on one instance is used on the other; brought again later it ends everything on both", async () => {
  const person = await everywhere();
  const statuses = await Promise.all(ports.map((port) => ask(port, "POST", "/api/refresh", person.refresh)));
  expect(statuses.map(({ status }) => status)).toEqual([200, 200]);
  await sleep(10_500);
  expect((await ask(ports[1], "POST", "/api/refresh", person.refresh)).status).toBe(401);
  const [, bearerOnFirst, , bearerOnSecond] = await until("the family to end", async () => {
    const now = await person.statuses();
    return now[1] === 401 && now[3] === 401 ? now : undefined;
  });
  expect([bearerOnFirst, bearerOnSecond]).toEqual([401, 401]);
});
