import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser, PASSWORD } from "../../tests/support/users";
import { prisma } from "../db";
import { encrypt } from "../secrets";
import { systemActor } from "./permissions";
import { totpPlace } from "./second-factor";
import { findSession, hashOf } from "./sessions";
import { openSession } from "./sign-in";
import { closeSession } from "./sign-out";
import { totpCode } from "./totp";

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

describe("the second factor", () => {
  const KEY = Uint8Array.from({ length: 20 }, (_, index) => index);
  const codeAt = (now: Date) => totpCode(KEY, Math.floor(now.getTime() / 30_000));
  let login: string;
  let id: string;
  beforeEach(async () => {
    ({ login, id } = await createUser());
    const totpSecret = encrypt(Buffer.from(KEY).toString("base64"), totpPlace(id));
    await prisma().user.update({ where: { id }, data: { totpSecret, totpConfirmedAt: NOW } });
  });
  const signIn = (otp: string | undefined, now: Date, password = PASSWORD) =>
    openSession({ username: login, password, ...(otp !== undefined && { otp }) }, from(), now);

  it("is asked for after the right password only, and lets in whoever has it", async () => {
    await expect(signIn(undefined, NOW, "wrong horse 8")).rejects.toMatchObject({ code: "unauthenticated" });
    for (const missing of [undefined, ""]) {
      await expect(signIn(missing, NOW)).rejects.toMatchObject({ code: "otp_required" });
    }
    await expect(signIn(codeAt(NOW), NOW)).resolves.toMatchObject({ login });
    expect(await newestAudit()).toMatchObject({ eventType: "login_success", details: { second_factor: "totp" } });
  });

  it("opens one session for two who bring the same code at once, and none for the same code again", async () => {
    const attempts = [1, 2, 3].map(() => signIn(codeAt(NOW), NOW).catch(() => null));
    expect((await Promise.all(attempts)).filter((opened) => opened !== null)).toHaveLength(1);
    await expect(signIn(codeAt(NOW), later(1))).rejects.toMatchObject({ fields: [{ path: "otp" }] });
    expect(await prisma().session.count({ where: { userId: id } })).toBe(1);
  });

  it("cannot be guessed: wrong codes are failed sign-ins", async () => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await expect(signIn("000000", later(attempt))).rejects.toMatchObject({ code: "unauthenticated" });
      expect(await newestAudit()).toMatchObject({ eventType: "login_failed", details: { reason: "wrong_otp" } });
    }
    await expect(signIn(codeAt(later(6)), later(6))).rejects.toMatchObject({ code: "too_many_requests" });
  });

  it("cannot be guessed by patience either: ten wrong codes an hour, while a recovery code still lets its owner in", async () => {
    const code = "ABCDEFGHIJKLMNOP";
    await prisma().recoveryCode.create({ data: { userId: id, codeHash: hashOf(code) } });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(signIn("000000", later(attempt * 60))).rejects.toMatchObject({ code: "unauthenticated" });
    }
    const right = (seconds: number) => signIn(codeAt(later(seconds)), later(seconds));
    await expect(right(900)).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 2_700 });
    await expect(signIn(code, later(960))).resolves.toMatchObject({ login });
    await expect(right(3_600)).resolves.toMatchObject({ login });
  });
});

it("tells in the feed of people who sign in, not of API clients", async () => {
  const { login } = await createUser();
  await openSession({ username: login, password: PASSWORD }, { kind: "bearer", client: newClient() }, NOW);
  await openSession({ username: login, password: PASSWORD }, from(), NOW);
  const events = await prisma().activityEvent.findMany({ where: { actor: login } });
  expect(events.map(({ type }) => type)).toEqual(["user_login"]);
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

  it("lets its owner in from where they signed in before, while strangers use up the account's attempts", async () => {
    const home = newClient();
    const owner = (client: typeof home, password = PASSWORD) =>
      openSession({ username: login, password }, from(client), later(1)).catch((error: unknown) => error);
    await openSession({ username: login, password: PASSWORD }, from(home), NOW);
    for (let attempt = 0; attempt < 20; attempt += 1) await wrong(newClient(), 0);
    expect(await owner(newClient())).toMatchObject({ code: "too_many_requests" });
    expect(await owner(home)).toMatchObject({ login });
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await wrong(home, 1)).toMatchObject({ code: "unauthenticated" });
    expect(await owner(home)).toMatchObject({ code: "too_many_requests" });
    const tomorrow = { ip: "2001:db8:1:2:aaaa::9", userAgent: "test" };
    expect(await owner(tomorrow)).toMatchObject({ code: "too_many_requests" });
    const { userId } = (await prisma().session.findFirst({ where: { ip: home.ip } })) ?? {};
    await prisma().session.updateMany({ where: { userId: userId ?? "" }, data: { ip: "2001:db8:1:2::7" } });
    expect(await owner(tomorrow)).toMatchObject({ login });
    // Whoever has signed in to another account is at home there, and nowhere else.
    const other = await createUser();
    const neighbour = newClient();
    await openSession({ username: other.login, password: PASSWORD }, from(neighbour), NOW);
    expect(await wrong(neighbour, 1)).toMatchObject({ code: "too_many_requests" });
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
