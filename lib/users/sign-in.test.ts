import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser, PASSWORD } from "../../tests/support/users";
import { prisma } from "../db";
import { DUMMY_HASH, verifyPassword } from "./password";
import { systemActor } from "./permissions";
import { findSession } from "./sessions";
import { openSession } from "./sign-in";
import { closeSession } from "./sign-out";

useDatabase();

let address = 0;
const newClient = () => {
  address += 1;
  return { ip: `192.0.2.${address}`, userAgent: "test" };
};
const from = (client = newClient()) => ({ kind: "browser", client }) as const;
const NOW = new Date("2026-11-21T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

const newestAudit = () => prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } });

describe("openSession", () => {
  it("opens a session for the right password, notes it and the time", async () => {
    const user = await createUser();
    const client = newClient();
    const opened = await openSession({ username: user.login, password: PASSWORD }, from(client), NOW);
    expect(await findSession("browser", opened.secret, NOW)).toMatchObject({ id: opened.id, user: { id: user.id } });
    const stored = await prisma().user.findUniqueOrThrow({ where: { id: user.id } });
    expect(stored.lastLoginAt).toEqual(NOW);
    expect(await newestAudit()).toMatchObject({
      eventType: "login_success",
      actor: user.login,
      ipAddress: client.ip,
      sessionId: opened.id,
    });
  });

  it("stores no secret", async () => {
    const user = await createUser();
    const { secret } = await openSession({ username: user.login, password: PASSWORD }, from(), NOW);
    const rows = await prisma().$queryRaw`SELECT s::text || a::text AS text FROM sessions s, audit_log a`;
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).not.toContain(PASSWORD);
  });

  it("answers a wrong password and an unknown login alike", async () => {
    const user = await createUser();
    const refusals = [
      { username: user.login, password: "wrong horse 8" },
      { username: "nobody-at-all", password: PASSWORD },
    ].map((credentials) => openSession(credentials, from(), NOW).catch((error: unknown) => error));
    const [wrong, unknown] = await Promise.all(refusals);
    expect(wrong).toMatchObject({ code: "unauthenticated", message: "Login or password is not right." });
    expect(unknown).toEqual(wrong);
  });

  it("spends on an unknown login the time that a wrong password costs", async () => {
    const took = async (work: () => Promise<unknown>) => {
      const began = performance.now();
      await work().catch(() => {});
      return performance.now() - began;
    };
    const times: Record<"unknown" | "hash", number[]> = { unknown: [], hash: [] };
    for (let round = 0; round < 7; round += 1) {
      const credentials = { username: `nobody-${round}`, password: PASSWORD };
      times.hash.push(await took(() => verifyPassword(PASSWORD, DUMMY_HASH)));
      times.unknown.push(await took(() => openSession(credentials, from(), NOW)));
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[3] ?? Number.NaN;
    expect(median(times.unknown)).toBeGreaterThan(median(times.hash) / 2);
  });

  it("notes a failure with its reason, but not what cannot be a login", async () => {
    const secretInWrongField = { username: "My secret passw0rd!", password: "x" };
    await expect(openSession(secretInWrongField, from(), NOW)).rejects.toThrow();
    expect(await newestAudit()).toMatchObject({
      eventType: "login_failed",
      actor: null,
      details: { reason: "unknown_login" },
    });
  });

  it.each(["blocked", "pending", "rejected"] as const)(
    "tells a %s user so, after the right password only",
    async (status) => {
      const { login } = await createUser({ status });
      const refused = (password: string) => openSession({ username: login, password }, from(), NOW);
      await expect(refused(PASSWORD)).rejects.toMatchObject({
        code: "forbidden",
        message: expect.stringContaining(status),
      });
      await expect(refused("wrong horse 8")).rejects.toMatchObject({ code: "unauthenticated" });
    },
  );
});

describe("throttling", () => {
  let login: string;
  beforeEach(async () => {
    ({ login } = await createUser());
  });
  const wrong = (client: { ip: string; userAgent: string }, seconds: number, username = login) =>
    openSession({ username, password: "wrong horse 8" }, from(client), later(seconds)).catch((error: unknown) => error);

  it("stops an account after five failures from anywhere, until a minute after the first", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      expect(await wrong(newClient(), attempt)).toMatchObject({ code: "unauthenticated" });
    }
    expect(await wrong(newClient(), 10)).toMatchObject({ code: "too_many_requests", retryAfterSeconds: 50 });
    const right = (seconds: number) =>
      openSession({ username: login, password: PASSWORD }, from(), later(seconds)).catch((error: unknown) => error);
    expect(await right(59.5)).toMatchObject({ code: "too_many_requests", retryAfterSeconds: 1 });
    expect(await right(60)).toMatchObject({ login });
  });

  it("stops an address after five failures with any login", async () => {
    const client = newClient();
    for (let attempt = 0; attempt < 5; attempt += 1) await wrong(client, 0, `guess-${attempt}`);
    expect(await wrong(client, 1)).toMatchObject({ code: "too_many_requests" });
    expect(await wrong(newClient(), 1)).toMatchObject({ code: "unauthenticated" });
  });

  it("counts attempts that come at the same time", async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => wrong(newClient(), 0)));
    const codes = answers.map((answer) => (answer as { code: string }).code);
    expect(codes.filter((code) => code === "unauthenticated")).toHaveLength(5);
  });

  it("does not count sign-ins that succeed", async () => {
    const client = newClient();
    for (let attempt = 0; attempt < 8; attempt += 1) {
      await openSession({ username: login, password: PASSWORD }, from(client), later(attempt));
    }
  });
});

describe("closeSession", () => {
  it("ends the session at once and is audited", async () => {
    const user = await createUser();
    const opened = await openSession({ username: user.login, password: PASSWORD }, from(), NOW);
    const actor = { ...systemActor(), kind: "user", login: user.login, userId: user.id, sessionId: opened.id } as const;
    await closeSession(actor, later(1));
    expect(await findSession("browser", opened.secret, later(1))).toBeNull();
    expect(await newestAudit()).toMatchObject({ eventType: "logout", actor: user.login, sessionId: opened.id });
  });
});
