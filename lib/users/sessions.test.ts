import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { extendSession, findSession, revokeSession, revokeSessionsOf } from "./sessions";

useDatabase();

const START = new Date("2026-11-21T10:00:00Z");
const hoursLater = (hours: number) => new Date(START.getTime() + hours * 3_600_000);

describe("a session", () => {
  it("ends twelve hours after somebody last did something in it", async () => {
    const { session } = await signedIn({ now: START });
    await extendSession(session.id, hoursLater(11));
    expect(await findSession("browser", session.secret, hoursLater(22.9))).toMatchObject({ expiresAt: hoursLater(23) });
    expect(await findSession("browser", session.secret, hoursLater(23))).toBeNull();
  });

  it("is not kept open by pages that ask by themselves", async () => {
    const { session } = await signedIn({ now: START });
    for (let hours = 1; hours < 12; hours += 1) await findSession("browser", session.secret, hoursLater(hours));
    expect(await findSession("browser", session.secret, hoursLater(12))).toBeNull();
  });

  it("that has ended cannot be extended any more", async () => {
    const { session } = await signedIn({ now: START });
    await extendSession(session.id, hoursLater(12));
    expect(await findSession("browser", session.secret, hoursLater(12))).toBeNull();
  });

  it("is extended at most once a minute", async () => {
    const { session } = await signedIn({ now: START });
    const end = async () => (await prisma().session.findUniqueOrThrow({ where: { id: session.id } })).expiresAt;
    await extendSession(session.id, hoursLater(59 / 3_600));
    expect(await end()).toEqual(hoursLater(12));
    await extendSession(session.id, hoursLater(60 / 3_600));
    expect(await end()).toEqual(hoursLater(12 + 60 / 3_600));
  });

  it("ends after thirty days, however much it is used", async () => {
    const { session } = await signedIn({ now: START });
    const end = 30 * 24;
    for (let hours = 10; hours < end; hours += 10) {
      await extendSession(session.id, hoursLater(hours));
      expect(await findSession("browser", session.secret, hoursLater(hours))).not.toBeNull();
    }
    expect(await findSession("browser", session.secret, hoursLater(end))).toBeNull();
  });

  it("notes its use at most once a minute", async () => {
    const { session } = await signedIn({ now: START });
    const lastSeen = async () => (await prisma().session.findUniqueOrThrow({ where: { id: session.id } })).lastSeenAt;
    await findSession("browser", session.secret, hoursLater(59 / 3_600));
    expect(await lastSeen()).toEqual(START);
    await findSession("browser", session.secret, hoursLater(60 / 3_600));
    expect(await lastSeen()).toEqual(hoursLater(60 / 3_600));
  });

  it("of a bearer ends after an hour, used or not", async () => {
    const { session } = await signedIn({ kind: "bearer", now: START });
    await extendSession(session.id, hoursLater(0.5));
    expect(await findSession("bearer", session.secret, hoursLater(0.9))).not.toBeNull();
    expect(await findSession("bearer", session.secret, hoursLater(1))).toBeNull();
  });

  it("is not another kind's: a token is no cookie", async () => {
    const { session } = await signedIn({ kind: "bearer" });
    expect(await findSession("browser", session.secret, new Date())).toBeNull();
  });
});

describe("a session ends at once", () => {
  it("when it is revoked", async () => {
    const { session } = await signedIn();
    await revokeSession(prisma(), session.id, new Date());
    expect(await findSession("browser", session.secret, new Date())).toBeNull();
  });

  it.each(["blocked", "pending", "rejected"])("when its user is %s", async (status) => {
    const { user, session } = await signedIn();
    await prisma().user.update({ where: { id: user.id }, data: { status } });
    expect(await findSession("browser", session.secret, new Date())).toBeNull();
  });

  it("when its user is deleted", async () => {
    const { user, session } = await signedIn();
    await prisma().user.delete({ where: { id: user.id } });
    expect(await findSession("browser", session.secret, new Date())).toBeNull();
  });

  it("with all others of its user but the one that is kept", async () => {
    const { user, session } = await signedIn();
    const others = { userId: user.id, except: session.id };
    await prisma().session.create({
      data: { userId: user.id, kind: "browser", tokenHash: new Uint8Array(32), expiresAt: hoursLater(1_000_000) },
    });
    expect(await revokeSessionsOf(prisma(), others, new Date())).toBe(1);
    expect(await findSession("browser", session.secret, new Date())).not.toBeNull();
  });
});
