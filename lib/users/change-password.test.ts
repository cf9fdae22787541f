import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { PASSWORD, signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { actorOf } from "../http/actor";
import { changePassword } from "./change-password";
import { openSession } from "./sign-in";

useDatabase();

const NEW = "staple gun 8 envelope";
const client = { ip: null, userAgent: null };

async function person(options: Parameters<typeof signedIn>[0] = {}) {
  const { user, headers } = await signedIn(options);
  return { user, headers: new Headers(headers), actor: await actorOf(new Headers(headers)) };
}

describe("changePassword", () => {
  it("sets the new password, lifts the force, and ends the other sessions only", async () => {
    const { user, headers, actor } = await person({ mustChangePassword: true });
    await openSession({ username: user.login, password: PASSWORD }, { kind: "bearer", client });
    expect(await changePassword(actor, { current_password: PASSWORD, new_password: NEW })).toEqual({
      ended_sessions: 1,
    });
    expect(await actorOf(headers)).toMatchObject({ login: user.login, mustChangePassword: false });
    const signIn = (password: string) => openSession({ username: user.login, password }, { kind: "browser", client });
    await expect(signIn(PASSWORD)).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(signIn(NEW)).resolves.toMatchObject({ login: user.login });
  });

  it("gives way to an administrator's reset at the same time", async () => {
    const { user, actor } = await person();
    const changing = changePassword(actor, { current_password: PASSWORD, new_password: NEW });
    // Hashing takes long enough for somebody else's change in between; the row is held so that it comes first for sure.
    await prisma().$transaction(async (transaction) => {
      await transaction.user.update({
        where: { id: user.id },
        data: { passwordHash: "reset", mustChangePassword: true },
      });
      await sleep(500);
    });
    await expect(changing).rejects.toMatchObject({ code: "unauthenticated" });
    expect(await prisma().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({
      passwordHash: "reset",
      mustChangePassword: true,
    });
  });

  it("is audited without a password", async () => {
    const { user, actor } = await person();
    await changePassword(actor, { current_password: PASSWORD, new_password: NEW });
    const entry = await prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } });
    expect(entry).toMatchObject({ eventType: "user_password_changed", actor: user.login, targetName: user.login });
    expect(JSON.stringify(entry.details)).not.toMatch(/battery|staple/);
  });

  it.each([
    ["a wrong current password", "wrong horse 8", NEW, "current_password", "wrong"],
    ["a weak new one", PASSWORD, "short 1", "new_password", "too_short"],
    ["the same one again", PASSWORD, PASSWORD, "new_password", "same"],
  ])("refuses %s and changes nothing", async (_case, current_password, new_password, path, rule) => {
    const { user, actor } = await person();
    await expect(changePassword(actor, { current_password, new_password })).rejects.toMatchObject({
      code: "invalid",
      fields: [{ path, rule }],
    });
    expect(await prisma().user.findUniqueOrThrow({ where: { id: user.id } })).toMatchObject({
      passwordHash: user.passwordHash,
    });
  });

  it("lets nobody guess the current password: five tries a minute", async () => {
    const { actor } = await person();
    const guess = () => changePassword(actor, { current_password: "wrong horse 8", new_password: NEW });
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(guess()).rejects.toMatchObject({ code: "invalid" });
    await expect(guess()).rejects.toMatchObject({ code: "too_many_requests" });
  });

  it("needs somebody signed in", async () => {
    const input = { current_password: PASSWORD, new_password: NEW };
    await expect(changePassword(null, input)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});
