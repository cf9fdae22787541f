import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { createUser } from "../../tests/support/users";
import { prisma } from "../db";
import { encrypt } from "../secrets";
import { normaliseRecoveryCode, replaceRecoveryCodes } from "./recovery-codes";
import { clearSecondFactor, takeSecondFactor, totpPlace } from "./second-factor";
import { base32, totpCode } from "./totp";

useDatabase();

const NOW = new Date("2026-11-21T10:00:07Z");
const STEP = Math.floor(NOW.getTime() / 30_000);
let key: Buffer;
let id: string;
const user = () => prisma().user.findUniqueOrThrow({ where: { id } });
const take = async (otp: string, now = NOW) => takeSecondFactor(prisma(), await user(), otp, now);

beforeEach(async () => {
  key = randomBytes(20);
  id = (await createUser()).id;
  const totpSecret = encrypt(key.toString("base64"), totpPlace(id));
  await prisma().user.update({ where: { id }, data: { totpSecret, totpConfirmedAt: NOW } });
});

describe("takeSecondFactor", () => {
  it("takes a code of the app once", async () => {
    const code = totpCode(key, STEP);
    expect(await take(code)).toBe("totp");
    expect(await take(code)).toBeNull();
    expect((await user()).totpLastStep).toBe(BigInt(STEP));
  });

  it("gives one code to one of many who bring it at once", async () => {
    const owner = await user();
    const code = totpCode(key, STEP);
    const answers = await Promise.all(Array.from({ length: 8 }, () => takeSecondFactor(prisma(), owner, code, NOW)));
    expect(answers.filter((answer) => answer === "totp")).toHaveLength(1);
  });

  it("takes each recovery code once, however it is typed", async () => {
    const codes = await replaceRecoveryCodes(prisma(), id);
    expect(new Set(codes).size).toBe(10);
    const [first = "", second = ""] = codes;
    expect(first).toMatch(/^([a-z2-7]{4}-){3}[a-z2-7]{4}$/);
    expect(await take(` ${first.toUpperCase().replaceAll("-", " ")} `)).toBe("recovery_code");
    expect(await take(first)).toBeNull();
    expect(await Promise.all([take(second), take(second)])).toContain(null);
    expect(await prisma().recoveryCode.count({ where: { userId: id, usedAt: null } })).toBe(8);
  });

  it("keeps neither key nor codes in clear", async () => {
    const codes = await replaceRecoveryCodes(prisma(), id);
    const rows = await prisma().$queryRaw`
      SELECT u::text || coalesce(string_agg(c::text, ''), '') AS text FROM users u LEFT JOIN recovery_codes c ON c.user_id = u.id GROUP BY u.id`;
    const text = JSON.stringify(rows).toLowerCase();
    for (const code of codes) expect(text).not.toContain(code.replaceAll("-", ""));
    expect(text).not.toContain(base32(key).toLowerCase());
    expect(text).not.toContain(key.toString("hex"));
  });

  it("takes no code of another user", async () => {
    const other = await createUser();
    const [code = ""] = await replaceRecoveryCodes(prisma(), other.id);
    expect(await take(code)).toBeNull();
  });

  it("takes nothing that was never given out", async () => {
    await replaceRecoveryCodes(prisma(), id);
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: "binary" }), fc.stringMatching(/^[a-z2-7]{16}$/)), async (text) => {
        expect(await take(text.replace(/^\d{6}$/, "x"))).toBeNull();
      }),
      { numRuns: 60 },
    );
  });

  it("has nothing left after it was cleared", async () => {
    const [code = ""] = await replaceRecoveryCodes(prisma(), id);
    await clearSecondFactor(prisma(), id);
    expect(await take(totpCode(key, STEP))).toBeNull();
    expect(await take(code)).toBeNull();
    expect(await user()).toMatchObject({ totpSecret: null, totpConfirmedAt: null, totpLastStep: null });
  });
});

describe("normaliseRecoveryCode", () => {
  it("reads groups, case, and digits taken for letters", () => {
    expect(normaliseRecoveryCode("obi2-345 6abcd-efg0")).toBe("OBI23456ABCDEFGO");
    expect(normaliseRecoveryCode("08123456abcdefgh")).toBe("OBI23456ABCDEFGH");
  });

  it("gives 16 letters of base32 or nothing, and changes nothing twice", () => {
    const near = fc.stringMatching(/^[A-Za-z0-9 -]{14,24}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), near), (text) => {
        const letters = normaliseRecoveryCode(text);
        if (letters === null) return;
        expect(letters).toMatch(/^[A-Z2-7]{16}$/);
        expect(normaliseRecoveryCode(letters)).toBe(letters);
      }),
      { numRuns: 2_000 },
    );
  });
});
