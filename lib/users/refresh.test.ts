import { afterEach, describe, expect, it, vi } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser, PASSWORD } from "../../tests/support/users";
import { prisma } from "../db";
import { refreshTokens } from "./refresh";
import { findSession, revokeSessionsOf } from "./sessions";
import { openSession } from "./sign-in";
import { closeFamily } from "./sign-out";

useDatabase();
afterEach(() => void vi.useRealTimers());

let address = 0;
const newClient = () => {
  address += 1;
  return { ip: `192.0.2.${address}`, userAgent: "test" };
};
const NOW = new Date("2026-11-21T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);
const DAY = 86_400;

async function signIn(now = NOW) {
  const user = await createUser();
  const credentials = { username: user.login, password: PASSWORD };
  const opened = await openSession(credentials, { kind: "bearer", client: newClient() }, now);
  if (!opened.refresh) throw new Error("an API client got no refresh token");
  return { user, access: opened.secret, refresh: opened.refresh.token };
}

const refresh = (token: string, seconds: number | null) =>
  refreshTokens(token, newClient(), seconds === null ? null : later(seconds));
const holds = async (access: string, seconds: number) => (await findSession("bearer", access, later(seconds))) !== null;
const newestAudit = () => prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } });
const REFUSED = { code: "unauthenticated" };

describe("refreshTokens", () => {
  it("gives a new pair, which opens the API and gives the next one", async () => {
    const { user, refresh: first } = await signIn();
    const second = await refresh(first, 3_600);
    expect(await holds(second.secret, 3_600)).toBe(true);
    expect(second.refresh.maxAgeSeconds).toBe(7 * DAY);
    expect(await newestAudit()).toMatchObject({ eventType: "refresh", actor: user.login, sessionId: second.id });
    const third = await refresh(second.refresh.token, 7_200);
    expect(await holds(third.secret, 7_200)).toBe(true);
  });

  it("stores no token", async () => {
    const { refresh: first } = await signIn();
    const second = await refresh(first, 60);
    const rows = await prisma().$queryRaw`
      SELECT t::text || s::text || a::text AS text FROM refresh_tokens t, sessions s, audit_log a`;
    for (const secret of [first, second.refresh.token, second.secret])
      expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it("ends the whole family when a used token comes back, and says so in the audit log", async () => {
    const { user, access, refresh: stolen } = await signIn();
    const second = await refresh(stolen, 60);
    await expect(refresh(stolen, 71)).rejects.toMatchObject(REFUSED);
    expect(await newestAudit()).toMatchObject({
      eventType: "session_terminated",
      actor: user.login,
      details: { reason: "refresh_token_reused" },
    });
    expect([await holds(access, 71), await holds(second.secret, 71)]).toEqual([false, false]);
    await expect(refresh(second.refresh.token, 72)).rejects.toMatchObject(REFUSED);
  });

  it("leaves other sign-ins of the same user alone", async () => {
    const { user, refresh: stolen } = await signIn();
    const credentials = { username: user.login, password: PASSWORD };
    const other = await openSession(credentials, { kind: "bearer", client: newClient() }, NOW);
    await refresh(stolen, 60);
    await expect(refresh(stolen, 120)).rejects.toMatchObject(REFUSED);
    expect(await holds(other.secret, 120)).toBe(true);
  });

  it("takes two tabs with the same token for two tabs, up to ten seconds", async () => {
    const { refresh: token } = await signIn();
    const one = await refresh(token, 60);
    const other = await refresh(token, 69.9);
    for (const { secret } of [one, other]) expect(await holds(secret, 70)).toBe(true);
    await expect(refresh(one.refresh.token, 70)).resolves.toBeDefined();
    await expect(refresh(other.refresh.token, 70)).resolves.toBeDefined();
  });

  it("serves ten callers that come at once, each with a pair of its own", async () => {
    const { refresh: token } = await signIn();
    const pairs = await Promise.all(Array.from({ length: 10 }, () => refresh(token, 60)));
    expect(new Set(pairs.map(({ secret }) => secret)).size).toBe(10);
    for (const { secret } of pairs) expect(await holds(secret, 61)).toBe(true);
    const families = await prisma().session.findMany({
      where: { id: { in: pairs.map(({ id }) => id) } },
      distinct: ["familyId"],
    });
    expect(families).toHaveLength(1);
  });

  it("leaves nothing alive when the family ends while ten callers refresh it", async () => {
    const { user, refresh: token } = await signIn();
    const ending = prisma().$transaction((transaction) =>
      revokeSessionsOf(transaction, { userId: user.id }, later(60)),
    );
    const callers = Array.from({ length: 9 }, () => refresh(token, 60).catch(() => null));
    await Promise.all([ending, ...callers]);
    const alive = { userId: user.id, revokedAt: null };
    const left = [await prisma().session.count({ where: alive }), await prisma().refreshToken.count({ where: alive })];
    const [pair] = (await Promise.all(callers)).filter((answer) => answer !== null);
    // Those that came before the end ended with it; nobody may come after it.
    if (pair) expect(await holds(pair.secret, 61)).toBe(false);
    expect(left).toEqual([0, 0]);
  });

  it("holds a token for seven days, and a sign-in for thirty", async () => {
    const { refresh: first } = await signIn();
    let token = first;
    for (const day of [6, 12, 18, 24, 29]) token = (await refresh(token, day * DAY)).refresh.token;
    const { maxAgeSeconds } = (await refresh(token, 29.5 * DAY)).refresh;
    expect(maxAgeSeconds).toBe(DAY / 2);
    const { refresh: unused } = await signIn();
    await expect(refresh(unused, 7 * DAY)).rejects.toMatchObject(REFUSED);
  });

  it.each(["blocked", "pending", "rejected"])("is refused to a user who is %s", async (status) => {
    const { user, refresh: token } = await signIn();
    await prisma().user.update({ where: { id: user.id }, data: { status } });
    await expect(refresh(token, 60)).rejects.toMatchObject(REFUSED);
  });

  it("is refused after all sessions were ended, after a sign-out, for a deleted user, and to a made-up token", async () => {
    const [ended, out, deleted] = [await signIn(), await signIn(), await signIn()];
    await revokeSessionsOf(prisma(), { userId: ended.user.id }, later(1));
    expect(await closeFamily(out.refresh, newClient(), later(1))).toBe(true);
    expect(await closeFamily(out.refresh, newClient(), later(1))).toBe(false);
    expect(await holds(out.access, 1)).toBe(false);
    await prisma().user.delete({ where: { id: deleted.user.id } });
    for (const token of [ended.refresh, out.refresh, deleted.refresh, "made-up", ""]) {
      await expect(refresh(token, 60)).rejects.toMatchObject(REFUSED);
    }
  });

  it.each([-3_600, 3_600])("goes by the database's clock where this process is %i s off", async (skew) => {
    const { refresh: token } = await signIn(new Date());
    await refresh(token, null);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + skew * 1_000 });
    // An hour ahead would take this for a stolen token, an hour behind for one that is good for an hour more.
    await expect(refresh(token, null)).resolves.toBeDefined();
    await prisma()
      .$executeRaw`UPDATE refresh_tokens SET used_at = clock_timestamp() - interval '11 s' WHERE used_at IS NOT NULL`;
    await expect(refresh(token, null)).rejects.toMatchObject(REFUSED);
  });
});

describe("throttling", () => {
  it("stops an address at the eleventh refresh within a minute, whatever the tokens", async () => {
    const client = newClient();
    for (let attempt = 0; attempt < 10; attempt += 1) {
      await expect(refreshTokens("made-up", client, NOW)).rejects.toMatchObject(REFUSED);
    }
    await expect(refreshTokens("made-up", client, later(20))).rejects.toMatchObject({
      code: "too_many_requests",
      retryAfterSeconds: 40,
    });
    const { refresh: token } = await signIn();
    await expect(refreshTokens(token, client, later(60))).resolves.toBeDefined();
  });

  it("stops an account at the eleventh, from anywhere", async () => {
    let { refresh: token } = await signIn();
    for (let attempt = 0; attempt < 10; attempt += 1) token = (await refresh(token, attempt)).refresh.token;
    await expect(refresh(token, 11)).rejects.toMatchObject({ code: "too_many_requests" });
    await expect(refresh(token, 61)).resolves.toBeDefined();
  });
});
