import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { PASSWORD, signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { actorOf } from "../http/actor";
import { forgetSettings } from "../settings/queries";
import type { Actor } from "./permissions";
import { totpCode } from "./totp";
import { beginTotp, confirmTotp, disableTotp, newRecoveryCodes, readTotp } from "./totp-enrolment";

useDatabase();

const NOW = new Date("2026-11-21T10:00:07Z");
const later = (steps: number) => new Date(NOW.getTime() + steps * 30_000);
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** What an authenticator app shows. */
function appCode(secret: string, now: Date): string {
  const bits = [...secret].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  return totpCode(key, Math.floor(now.getTime() / 30_000));
}

async function person(options: Parameters<typeof signedIn>[0] = {}) {
  const { user, headers } = await signedIn(options);
  const asked = () => actorOf(new Headers(headers));
  return { user, asked, actor: (await asked()) as Actor };
}

async function enrolled() {
  const { actor, ...rest } = await person();
  const { secret } = await beginTotp(actor, { current_password: PASSWORD }, NOW);
  const codes = await confirmTotp(actor, { code: appCode(secret, NOW) }, NOW);
  return { ...rest, actor, secret, codes };
}

const newestAudit = (userId: string) => prisma().auditLog.findFirst({ where: { userId }, orderBy: { id: "desc" } });

describe("the second factor", () => {
  it("is on from the first good code, and gives ten recovery codes once", async () => {
    const { actor, secret, codes, user } = await enrolled();
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(codes).toHaveLength(10);
    expect(await readTotp(actor)).toEqual({
      enabled: true,
      enabled_at: NOW.toISOString(),
      required: false,
      recovery_codes_left: 10,
    });
    expect(await newestAudit(user.id)).toMatchObject({ eventType: "user_totp_enabled", targetName: user.login });
  });

  it("stays off before: a wrong code, or a key that was begun again, turns nothing on", async () => {
    const { actor } = await person();
    await expect(confirmTotp(actor, { code: "123456" }, NOW)).rejects.toMatchObject({ code: "conflict" });
    const { secret } = await beginTotp(actor, { current_password: PASSWORD }, NOW);
    await beginTotp(actor, { current_password: PASSWORD }, NOW);
    await expect(confirmTotp(actor, { code: appCode(secret, NOW) }, NOW)).rejects.toMatchObject({
      code: "invalid",
      fields: [{ path: "code", rule: "wrong" }],
    });
    expect(await readTotp(actor)).toMatchObject({ enabled: false, recovery_codes_left: 0 });
  });

  it("cannot be begun anew while it is on, nor confirmed twice", async () => {
    const { actor, secret } = await enrolled();
    await expect(beginTotp(actor, { current_password: PASSWORD }, NOW)).rejects.toMatchObject({ code: "conflict" });
    const code = appCode(secret, later(1));
    await expect(confirmTotp(actor, { code }, later(1))).rejects.toMatchObject({ code: "conflict" });
  });

  it("is taken away with password and code, recovery codes and all", async () => {
    const { actor, secret, user } = await enrolled();
    const code = appCode(secret, later(1));
    const prove = (given: { current_password: string; code: string }) => disableTotp(actor, given, later(1));
    await expect(prove({ current_password: "wrong horse 8", code })).rejects.toMatchObject({
      fields: [{ path: "current_password" }],
    });
    await expect(prove({ current_password: PASSWORD, code: appCode(secret, NOW) })).rejects.toMatchObject({
      fields: [{ path: "code" }],
    });
    await prove({ current_password: PASSWORD, code });
    expect(await readTotp(actor)).toMatchObject({ enabled: false, recovery_codes_left: 0 });
    expect(await newestAudit(user.id)).toMatchObject({ eventType: "user_totp_disabled" });
    await expect(prove({ current_password: PASSWORD, code })).rejects.toMatchObject({ code: "conflict" });
  });

  it("gives new recovery codes for one of the old, which are good no more", async () => {
    const { actor, codes, user } = await enrolled();
    const proof = { current_password: PASSWORD, code: codes[0] ?? "" };
    const renewed = await newRecoveryCodes(actor, proof, later(1));
    expect(renewed).toHaveLength(10);
    expect(renewed.filter((code) => codes.includes(code))).toEqual([]);
    expect(await newestAudit(user.id)).toMatchObject({ eventType: "user_recovery_codes_replaced" });
    await expect(newRecoveryCodes(actor, { ...proof, code: codes[1] ?? "" }, later(2))).rejects.toMatchObject({
      code: "invalid",
    });
  });

  it("lets nobody guess codes: five tries a minute", async () => {
    const { actor, secret } = await enrolled();
    const guess = (code: string) => newRecoveryCodes(actor, { current_password: PASSWORD, code }, later(2));
    for (let attempt = 0; attempt < 5; attempt += 1) await expect(guess("000000")).rejects.toThrow();
    await expect(guess(appCode(secret, later(2)))).rejects.toMatchObject({ code: "too_many_requests" });
  });

  it("leaves no secret in the audit log", async () => {
    const { secret, codes } = await enrolled();
    const rows = JSON.stringify(await prisma().auditLog.findMany({ select: { details: true, targetName: true } }));
    for (const text of [secret, ...codes]) expect(rows).not.toContain(text);
  });

  it("is nobody's business but a person's", async () => {
    const { actor } = await person();
    const token = { ...actor, tokenId: "a", scopes: ["admin" as const] };
    const verbs = [
      (who: Actor | null) => readTotp(who),
      (who: Actor | null) => beginTotp(who, { current_password: PASSWORD }),
      (who: Actor | null) => confirmTotp(who, { code: "123456" }),
      (who: Actor | null) => disableTotp(who, { current_password: PASSWORD, code: "123456" }),
      (who: Actor | null) => newRecoveryCodes(who, { current_password: PASSWORD, code: "123456" }),
    ];
    for (const verb of verbs) {
      await expect(verb(token)).rejects.toMatchObject({ code: "forbidden" });
      await expect(verb(null)).rejects.toMatchObject({ code: "unauthenticated" });
    }
  });
});

describe("totp_required", () => {
  const demand = async (value: string) => {
    await prisma().setting.upsert({
      where: { key: "totp_required" },
      create: { key: "totp_required", value },
      update: { value },
    });
    forgetSettings();
  };

  it.each([
    ["off", false, false],
    ["admins", true, false],
    ["everyone", true, true],
  ])("%s obliges admins: %s, viewers: %s", async (value, admins, viewers) => {
    await demand(value);
    expect((await person({ role: "admin" })).actor.mustEnrolTotp).toBe(admins);
    expect((await person({ role: "viewer" })).actor.mustEnrolTotp).toBe(viewers);
    await demand("off");
  });

  it("is met by setting one up, which stays open, and owed again once it is taken away", async () => {
    await demand("everyone");
    const { actor, asked } = await person({ role: "operator" });
    const { secret } = await beginTotp(actor, { current_password: PASSWORD }, NOW);
    expect(await asked()).toMatchObject({ mustEnrolTotp: true });
    await confirmTotp(actor, { code: appCode(secret, NOW) }, NOW);
    expect(await asked()).toMatchObject({ mustEnrolTotp: false });
    await disableTotp(actor, { current_password: PASSWORD, code: appCode(secret, later(1)) }, later(1));
    expect(await asked()).toMatchObject({ mustEnrolTotp: true });
    await demand("off");
  });
});
