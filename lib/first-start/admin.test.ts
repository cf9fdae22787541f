import { beforeEach, expect, test } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { prisma } from "../db";
import { verifyPassword } from "../users/password";
import { createFirstAdmin } from "./admin";

useDatabase();
beforeEach(async () => {
  await prisma().user.deleteMany();
});

test("a generated password is told and must be changed", async () => {
  const admin = await createFirstAdmin(undefined);
  const user = await prisma().user.findUniqueOrThrow({ where: { login: "admin" } });
  expect(user).toMatchObject({ role: "admin", status: "active", mustChangePassword: true });
  expect(await verifyPassword(admin?.password ?? "", user.passwordHash)).toBe(true);
  const audited = await prisma().auditLog.findFirst({ orderBy: { id: "desc" } });
  expect(audited).toMatchObject({ eventType: "user_created", targetId: user.id, actor: "system" });
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
