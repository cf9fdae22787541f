import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { PASSWORD, signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { actorOf } from "../http/actor";
import { endOtherSessions, endOwnSession, ownSessions } from "./own-sessions";
import type { Actor } from "./permissions";
import { refreshTokens } from "./refresh";
import { createSession, findSession } from "./sessions";
import { openSession } from "./sign-in";

useDatabase();

const client = { ip: null, userAgent: "curl" };
const asActor = (headers: Record<string, string>) => actorOf(new Headers(headers));

/** A browser that asks, another browser, and an API client that refreshed its tokens once. */
async function person() {
  const { user, session, headers } = await signedIn();
  const other = await createSession(prisma(), { userId: user.id, kind: "browser", client }, new Date());
  const opened = await openSession({ username: user.login, password: PASSWORD }, { kind: "bearer", client });
  const renewed = await refreshTokens(opened.refresh?.token ?? "", client);
  return { user, session, other, opened, renewed, headers, actor: (await asActor(headers)) as Actor };
}

describe("ownSessions", () => {
  it("lists each browser, and each sign-in of an API client once", async () => {
    const { session, other, actor } = await person();
    const list = await ownSessions(actor);
    expect(list).toHaveLength(3);
    expect(list.find(({ id }) => id === session.id)).toMatchObject({ kind: "browser", current: true });
    expect(list.find(({ id }) => id === other.id)).toMatchObject({
      kind: "browser",
      current: false,
      user_agent: "curl",
    });
    const [bearer] = list.filter(({ kind }) => kind === "bearer");
    const weeks = (Date.parse(bearer?.expires_at ?? "") - Date.parse(bearer?.last_seen_at ?? "")) / (7 * 86_400_000);
    expect(weeks).toBeCloseTo(1, 2);
    expect(bearer?.current).toBe(false);
  });

  it("marks an API client that asks, whose id stays the same when it refreshes", async () => {
    const { opened, renewed } = await person();
    const before = await ownSessions(await asActor({ authorization: `Bearer ${opened.secret}` }));
    const after = await ownSessions(await asActor({ authorization: `Bearer ${renewed.secret}` }));
    const current = (list: typeof before) =>
      list.filter((session) => session.current).map(({ id, kind }) => ({ id, kind }));
    expect(current(before)).toHaveLength(1);
    expect(current(after)).toEqual(current(before));
  });

  it("keeps an API client in the list while it can still refresh, and nobody who has ended", async () => {
    const { actor } = await person();
    const hours = (count: number) => new Date(Date.now() + count * 3_600_000);
    const kinds = async (now: Date) => (await ownSessions(actor, now)).map(({ kind }) => kind);
    expect(await kinds(hours(13))).toEqual(["bearer"]);
    expect(await kinds(hours(24 * 7 + 1))).toEqual([]);
  });

  it("shows nobody else's", async () => {
    const [mine, theirs] = [await person(), await person()];
    const ids = (await ownSessions(mine.actor)).map(({ id }) => id);
    for (const { id } of await ownSessions(theirs.actor)) expect(ids).not.toContain(id);
  });

  it.each([
    ["nobody", {}, "unauthenticated"],
    ["who owes a password change", { mustChangePassword: true }, "password_change_required"],
    ["a token of scope read", { sessionId: null, tokenId: crypto.randomUUID(), scopes: ["read"] }, "forbidden"],
  ])("is not for %s", async (_who, changes, code) => {
    const { actor } = await person();
    const asking = code === "unauthenticated" ? null : ({ ...actor, ...changes } as Actor);
    for (const ask of [ownSessions, endOtherSessions]) await expect(ask(asking)).rejects.toMatchObject({ code });
    await expect(endOwnSession(asking, { id: actor.sessionId ?? "" })).rejects.toMatchObject({ code });
  });
});

describe("endOwnSession", () => {
  it("ends a browser at once and is audited", async () => {
    const { user, other, actor } = await person();
    await endOwnSession(actor, { id: other.id });
    expect(await findSession("browser", other.secret, new Date())).toBeNull();
    expect(await prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } })).toMatchObject({
      eventType: "session_terminated",
      actor: user.login,
      targetId: other.id,
    });
    expect(await ownSessions(actor)).toHaveLength(2);
  });

  it("ends an API client with all its tokens", async () => {
    const { opened, renewed, actor } = await person();
    const bearer = (await ownSessions(actor)).find(({ kind }) => kind === "bearer");
    await endOwnSession(actor, { id: bearer?.id ?? "" });
    for (const secret of [opened.secret, renewed.secret])
      expect(await findSession("bearer", secret, new Date())).toBeNull();
    await expect(refreshTokens(renewed.refresh.token, client)).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("knows no session of somebody else, and none that has ended", async () => {
    const [mine, theirs] = [await person(), await person()];
    await expect(endOwnSession(mine.actor, { id: theirs.other.id })).rejects.toMatchObject({ code: "not_found" });
    expect(await findSession("browser", theirs.other.secret, new Date())).not.toBeNull();
    await endOwnSession(mine.actor, { id: mine.other.id });
    await expect(endOwnSession(mine.actor, { id: mine.other.id })).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("endOtherSessions", () => {
  it("keeps the browser that asks", async () => {
    const { session, actor } = await person();
    expect(await endOtherSessions(actor)).toEqual({ ended_sessions: 2 });
    expect((await ownSessions(actor)).map(({ id }) => id)).toEqual([session.id]);
    expect(await endOtherSessions(actor)).toEqual({ ended_sessions: 0 });
  });

  it("keeps the API client that asks, with its refresh token", async () => {
    const { renewed } = await person();
    const actor = await asActor({ authorization: `Bearer ${renewed.secret}` });
    expect(await endOtherSessions(actor)).toEqual({ ended_sessions: 2 });
    await expect(refreshTokens(renewed.refresh.token, client)).resolves.toBeDefined();
  });
});
