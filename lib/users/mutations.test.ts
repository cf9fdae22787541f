import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { actorOfUser, createUser as makeUser, PASSWORD, signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import {
  approveUser,
  blockUser,
  createUser,
  deleteUser,
  endSessions,
  rejectUser,
  resetPassword,
  resetSecondFactor,
  unblockUser,
  updateUser,
} from "./mutations";
import { verifyPassword } from "./password";
import { type Actor, systemActor } from "./permissions";
import { readUser, userTag } from "./queries";
import { createUserSchema } from "./schema";

useDatabase();

let admin: Actor;
beforeEach(async () => {
  await prisma().user.deleteMany();
  admin = actorOfUser(await makeUser());
});

const given = (input: object) => createUserSchema.parse(input);
const stored = (login: string) => prisma().user.findUniqueOrThrow({ where: { login } });
const audits = async (take: number) =>
  (await prisma().auditLog.findMany({ orderBy: { id: "desc" }, take })).map(({ eventType, targetName, details }) => ({
    eventType,
    targetName,
    details,
  }));
const openSessions = (userId: string) => prisma().session.count({ where: { userId, revokedAt: null } });

describe("createUser", () => {
  it("generates a password for one sign-in where none is given, and audits no secret", async () => {
    const { password = "", ...user } = await createUser(admin, given({ login: "anna", email: "Anna@example.org" }));
    expect(user).toMatchObject({ login: "anna", username: "anna", role: "viewer", status: "active", is_active: true });
    const row = await stored("anna");
    expect(row.mustChangePassword).toBe(true);
    expect(await verifyPassword(password, row.passwordHash)).toBe(true);
    const [entry] = await audits(1);
    expect(entry).toMatchObject({ eventType: "user_created", targetName: "anna", details: { role: "viewer" } });
    expect(JSON.stringify(await prisma().auditLog.findMany({ select: { details: true } }))).not.toContain(password);
  });

  it("takes the fields of older clients; a given password is not forced to change", async () => {
    const input = given({ username: "otto", password: "quiet river 44", role: "operator", is_active: false });
    const user = await createUser(admin, input);
    expect(user).toMatchObject({ login: "otto", status: "blocked", is_active: false, must_change_password: false });
    expect(user).not.toHaveProperty("password");
  });

  it("refuses a login or an e-mail that differs from another in case only", async () => {
    await createUser(admin, given({ login: "anna", email: "anna@example.org" }));
    const refused = (input: object) => createUser(admin, given(input));
    await expect(refused({ login: "anna" })).rejects.toMatchObject({ code: "conflict", fields: [{ path: "login" }] });
    await expect(refused({ login: "Anna" })).rejects.toMatchObject({ code: "conflict", fields: [{ path: "login" }] });
    const sameEmail = refused({ login: "other", email: "ANNA@example.org" });
    await expect(sameEmail).rejects.toMatchObject({ code: "conflict", fields: [{ path: "email" }] });
    const behindTheVerb = makeUser().then(({ id }) => prisma().user.update({ where: { id }, data: { login: "ANNA" } }));
    await expect(behindTheVerb).rejects.toThrow();
  });

  it("of two who take a login at once one gets it, the other a conflict", async () => {
    const made = await Promise.allSettled(["twin", "Twin", "TWIN"].map((login) => createUser(admin, given({ login }))));
    expect(made.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected", "rejected"]);
    for (const one of made) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "conflict" });
  });

  it("holds a given password against the rules", async () => {
    const weak = createUser(admin, given({ login: "anna", password: "xkq4 vw" }));
    await expect(weak).rejects.toMatchObject({ code: "invalid", fields: [{ path: "password", rule: "too_short" }] });
  });
});

describe("updateUser", () => {
  it("changes e-mail and role, notes the difference and ends the sessions of a changed role", async () => {
    const { user } = await signedIn({ role: "viewer" });
    await updateUser(admin, user.login, { email: "new@example.org" });
    expect(await openSessions(user.id)).toBe(1);
    await updateUser(admin, user.login, { role: "operator" });
    expect(await openSessions(user.id)).toBe(0);
    expect(await audits(2)).toEqual([
      {
        eventType: "user_updated",
        targetName: user.login,
        details: { role: { old: "viewer", new: "operator" }, ended_sessions: 1 },
      },
      {
        eventType: "user_updated",
        targetName: user.login,
        details: { email: { old: null, new: "new@example.org" } },
      },
    ]);
  });

  it("takes back what was read, changed in one place, from new and old clients", async () => {
    const { login } = await makeUser({ role: "viewer" });
    const read = await readUser(admin, login);
    expect(await updateUser(admin, login, { ...read, status: "blocked" })).toMatchObject({ status: "blocked" });
    expect(await updateUser(admin, login, { is_active: true })).toMatchObject({ status: "active" });
    expect(await updateUser(admin, login, { ...read, is_active: false })).toMatchObject({ status: "blocked" });
    const names = (await audits(3)).map(({ eventType }) => eventType);
    expect(names).toEqual(["user_blocked", "user_unblocked", "user_blocked"]);
  });

  it("writes no entry where nothing changed", async () => {
    const { login } = await makeUser({ role: "viewer" });
    const before = await prisma().auditLog.count();
    await updateUser(admin, login, await readUser(admin, login));
    expect(await prisma().auditLog.count()).toBe(before);
  });

  it("sets a password, which ends all sessions", async () => {
    const { user } = await signedIn({ role: "viewer" });
    await updateUser(admin, user.login, { password: "a quiet meadow 9" });
    const row = await stored(user.login);
    expect(await verifyPassword("a quiet meadow 9", row.passwordHash)).toBe(true);
    expect(await openSessions(user.id)).toBe(0);
    expect((await audits(1))[0]?.eventType).toBe("user_password_reset");
  });

  it("keeps the login, and refuses an e-mail that another has", async () => {
    const { login } = await makeUser({ role: "viewer" });
    await createUser(admin, given({ login: "anna", email: "anna@example.org" }));
    await expect(updateUser(admin, login, { login: "else" })).rejects.toMatchObject({ code: "invalid" });
    const taken = updateUser(admin, login, { email: "Anna@Example.org" });
    await expect(taken).rejects.toMatchObject({ code: "conflict" });
  });

  it("overwrites nothing that somebody else changed meanwhile; a sign-in is no change", async () => {
    const { login } = await makeUser({ role: "viewer" });
    const tag = userTag(await readUser(admin, login));
    await prisma().user.update({ where: { login }, data: { lastLoginAt: new Date() } });
    const edits = ["operator", "admin"].map((role) =>
      updateUser(admin, login, { role: role as "operator" | "admin" }, { ifMatch: tag }),
    );
    const ended = await Promise.allSettled(edits);
    expect(ended.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(ended.find(({ status }) => status === "rejected")).toMatchObject({
      reason: { code: "precondition_failed" },
    });
  });
});

describe("the turns of a status", () => {
  it("block ends every session, unblock lets in again", async () => {
    const { user } = await signedIn({ role: "viewer" });
    expect(await blockUser(admin, user.login)).toMatchObject({ status: "blocked", is_active: false, sessions: 0 });
    expect(await openSessions(user.id)).toBe(0);
    await expect(blockUser(admin, user.login)).rejects.toMatchObject({ code: "conflict" });
    expect(await unblockUser(admin, user.login)).toMatchObject({ status: "active" });
  });

  it("approve and reject note who decided and tell the feed, without address or reason", async () => {
    const [first, second] = [await makeUser({ status: "pending" }), await makeUser({ status: "pending" })];
    expect(await approveUser(admin, first.login, { role: "operator" })).toMatchObject({
      status: "active",
      role: "operator",
      decided_by: admin.login,
    });
    const rejected = await rejectUser(admin, second.login, { reason: "Not one of us" });
    expect(rejected).toMatchObject({ status: "rejected", rejection_reason: "Not one of us" });
    const feed = await prisma().activityEvent.findMany({ orderBy: { id: "desc" }, take: 2 });
    expect(feed.map(({ type }) => type)).toEqual(["user_rejected", "user_approved"]);
    expect(JSON.stringify(feed.map(({ message, details }) => [message, details]))).not.toContain("Not one of us");
    expect((await audits(1))[0]).toMatchObject({ eventType: "user_rejected", details: { reason: "Not one of us" } });
    expect(await approveUser(admin, second.login)).toMatchObject({ status: "active", rejection_reason: null });
  });

  it("leaves an applicant to approval: neither unblock nor block decides", async () => {
    const { login } = await makeUser({ role: "viewer", status: "pending" });
    for (const verb of [blockUser, unblockUser]) {
      await expect(verb(admin, login)).rejects.toMatchObject({ code: "conflict" });
    }
    const active = await makeUser({ role: "viewer" });
    for (const verb of [approveUser, rejectUser]) {
      await expect(verb(admin, active.login)).rejects.toMatchObject({ code: "conflict" });
    }
  });
});

describe("resetPassword", () => {
  it("tells a password once, forces another, and ends sessions and tokens", async () => {
    const { user } = await signedIn({ role: "viewer" });
    const token = { name: "way back", prefix: "dzr_way_back", tokenHash: new Uint8Array(32), scopes: ["read"] };
    await prisma().apiToken.create({ data: { ...token, userId: user.id } });
    const { password } = await resetPassword(admin, user.login);
    const row = await stored(user.login);
    expect(row.mustChangePassword).toBe(true);
    expect(await verifyPassword(password, row.passwordHash)).toBe(true);
    expect(await verifyPassword(PASSWORD, row.passwordHash)).toBe(false);
    expect(await openSessions(user.id)).toBe(0);
    expect(await prisma().apiToken.count({ where: { userId: user.id, revokedAt: null } })).toBe(0);
  });

  it("from the command line also lets a blocked admin in and takes the second factor away", async () => {
    const { login, id } = await makeUser({ status: "blocked" });
    await prisma().user.update({ where: { id }, data: { totpSecret: "x", totpConfirmedAt: new Date() } });
    await resetPassword(systemActor(), login, { unblock: true, clearSecondFactor: true });
    expect(await stored(login)).toMatchObject({ status: "active", totpConfirmedAt: null, totpSecret: null });
    const entries = await prisma().auditLog.findMany({ where: { targetId: id }, orderBy: { id: "asc" } });
    expect(entries.map(({ eventType, actor }) => [eventType, actor])).toEqual([
      ["user_unblocked", "system"],
      ["user_password_reset", "system"],
      ["user_second_factor_reset", "system"],
    ]);
  });
});

it("a lost second factor is taken away, and said", async () => {
  const { login, id } = await makeUser({ role: "viewer" });
  await prisma().user.update({ where: { id }, data: { totpSecret: "x", totpConfirmedAt: new Date() } });
  expect(await resetSecondFactor(admin, login)).toMatchObject({ second_factor: false });
  expect((await audits(1))[0]?.eventType).toBe("user_second_factor_reset");
});

it("signing out everywhere ends all sessions but the actor's own", async () => {
  const other = await signedIn({ role: "viewer" });
  expect(await endSessions(admin, other.user.login)).toMatchObject({ sessions: 0 });
  expect((await audits(1))[0]).toMatchObject({ eventType: "user_sessions_ended", details: { ended_sessions: 1 } });
  const { user, session } = await signedIn();
  await signedIn();
  const self = { ...actorOfUser(user), sessionId: session.id };
  expect(await endSessions(self, user.login)).toMatchObject({ sessions: 1 });
});

it("a deleted user is gone with all sessions; the audit log remembers", async () => {
  const { user } = await signedIn({ role: "viewer" });
  await deleteUser(admin, user.login);
  expect(await prisma().user.count({ where: { id: user.id } })).toBe(0);
  expect(await prisma().session.count({ where: { userId: user.id } })).toBe(0);
  expect((await audits(1))[0]).toMatchObject({
    eventType: "user_deleted",
    targetName: user.login,
    details: { role: "viewer", status: "active", ended_sessions: 1 },
  });
});

const VERBS: [string, (actor: Actor | null, login: string) => Promise<unknown>][] = [
  ["createUser", (actor) => createUser(actor, given({ login: "somebody" }))],
  ["updateUser", (actor, login) => updateUser(actor, login, { role: "admin" })],
  ["deleteUser", deleteUser],
  ["blockUser", blockUser],
  ["unblockUser", unblockUser],
  ["approveUser", approveUser],
  ["rejectUser", rejectUser],
  ["resetPassword", resetPassword],
  ["resetSecondFactor", resetSecondFactor],
  ["endSessions", endSessions],
];

describe.each(VERBS)("%s", (_name, verb) => {
  it("is refused to operators, viewers and nobody, and before a forced change of the password", async () => {
    const victim = await makeUser({ role: "viewer" });
    const before = await prisma().user.findMany({ orderBy: { id: "asc" } });
    for (const role of ["operator", "viewer"] as const) {
      const actor = actorOfUser(await makeUser({ role }));
      await expect(verb(actor, victim.login)).rejects.toMatchObject({ code: "forbidden" });
      await prisma().user.delete({ where: { login: actor.login } });
    }
    await expect(verb(null, victim.login)).rejects.toMatchObject({ code: "unauthenticated" });
    const forced = { ...admin, mustChangePassword: true };
    await expect(verb(forced, victim.login)).rejects.toMatchObject({ code: "password_change_required" });
    expect(await prisma().user.findMany({ orderBy: { id: "asc" } })).toEqual(before);
  });

  it("says what is not there", async () => {
    if (verb.length < 2) return;
    await expect(verb(admin, "nobody-here")).rejects.toMatchObject({ code: "not_found" });
  });
});

it("nobody takes their own rights, password or account away: another administrator does", async () => {
  const { login, id } = await makeUser();
  const self = actorOfUser({ ...(await stored(login)) });
  const attempts = [
    () => updateUser(self, login, { role: "viewer" }),
    () => updateUser(self, login, { password: "a quiet meadow 9" }),
    () => blockUser(self, login),
    () => resetPassword(self, login),
    () => resetSecondFactor(self, login),
    () => deleteUser(self, login),
  ];
  for (const attempt of attempts) await expect(attempt()).rejects.toMatchObject({ code: "conflict" });
  expect(await updateUser(self, login, { email: "me@example.org", role: "admin", is_active: true })).toMatchObject({
    id,
    email: "me@example.org",
  });
});
