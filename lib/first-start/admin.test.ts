import { beforeEach, expect, test } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { prisma } from "../db";
import { validatePassword, verifyPassword } from "../users/password";
import { createFirstAdmin, randomPassword } from "./admin";

useDatabase();
beforeEach(async () => {
  await prisma().user.deleteMany();
});

test("generated passwords keep every rule and differ", async () => {
  const passwords = Array.from({ length: 50 }, randomPassword);
  expect(new Set(passwords).size).toBe(50);
  for (const password of passwords) {
    expect(password).toMatch(/^[a-z][a-z2-9]{3}[2-9](-[a-z2-9]{4}[2-9]){3}$/);
    expect(await validatePassword(password, "admin", 12)).toEqual([]);
  }
});

test("a generated password is told and must be changed", async () => {
  const admin = await createFirstAdmin(undefined);
  const user = await prisma().user.findUniqueOrThrow({ where: { login: "admin" } });
  expect(user).toMatchObject({ role: "admin", status: "active", mustChangePassword: true });
  expect(await verifyPassword(admin?.password ?? "", user.passwordHash)).toBe(true);
  const audited = await prisma().auditLog.findFirst({ orderBy: { id: "desc" } });
  expect(audited).toMatchObject({ eventType: "user_created", targetId: user.id, actor: null });
});

test("a given one is neither told nor forced", async () => {
  expect(await createFirstAdmin("Wachsam-im-Turm-7")).toEqual({ login: "admin" });
  const user = await prisma().user.findUniqueOrThrow({ where: { login: "admin" } });
  expect(user.mustChangePassword).toBe(false);
  expect(await verifyPassword("Wachsam-im-Turm-7", user.passwordHash)).toBe(true);
});

test("where there is any user, nobody is created", async () => {
  await prisma().user.create({ data: { login: "someone", role: "viewer", passwordHash: "x" } });
  expect(await createFirstAdmin(undefined)).toBeUndefined();
  expect(await prisma().user.count()).toBe(1);
});
