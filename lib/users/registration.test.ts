import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { actorOfUser, createUser } from "../../tests/support/users";
import { prisma } from "../db";
import { updateSettings } from "../settings/mutations";
import { approveUser, rejectUser } from "./mutations";
import { systemActor } from "./permissions";
import { register } from "./registration";
import { openSession } from "./sign-in";

useDatabase();

let address = 0;
const newClient = () => {
  address += 1;
  return { ip: `198.51.100.${address}`, userAgent: "test" };
};
const PASSWORD = "slow green kettle 5";
const applicant = (login: string, email = `${login}@example.org`) => ({ login, email, password: PASSWORD });
const open = (registration_enabled: boolean) => updateSettings(systemActor(), { registration_enabled });
const signIn = (username: string) =>
  openSession({ username, password: PASSWORD }, { kind: "browser", client: newClient() });

beforeEach(async () => {
  await prisma().user.deleteMany();
  await open(true);
});

describe("register", () => {
  it("is closed unless the setting opens it, and by default", async () => {
    await prisma().setting.deleteMany();
    await open(false);
    await expect(register(applicant("anna"), newClient())).rejects.toMatchObject({ code: "forbidden" });
    expect(await prisma().user.count()).toBe(0);
  });

  it("makes an applicant, who is let in by approval only", async () => {
    await register(applicant("anna"), newClient());
    expect(await prisma().user.findUnique({ where: { login: "anna" } })).toMatchObject({
      status: "pending",
      role: "viewer",
      email: "anna@example.org",
    });
    const event = await prisma().activityEvent.findFirstOrThrow({ where: { type: "user_registered" } });
    expect(event).toMatchObject({ message: "anna asked for an account", targetName: "anna" });
    await expect(signIn("anna")).rejects.toMatchObject({ code: "forbidden", fields: [{ rule: "pending" }] });
    await approveUser(actorOfUser(await createUser()), "anna");
    expect(await signIn("anna")).toMatchObject({ login: "anna" });
  });

  it("tells a rejected applicant the reason, after the right password only", async () => {
    await register(applicant("otto"), newClient());
    await rejectUser(actorOfUser(await createUser()), "otto", { reason: "Not one of us" });
    await expect(signIn("otto")).rejects.toMatchObject({ message: expect.stringContaining("Not one of us") });
    const wrong = openSession({ username: "otto", password: "wrong 1" }, { kind: "browser", client: newClient() });
    await expect(wrong).rejects.toMatchObject({ code: "unauthenticated", message: "Login or password is not right." });
  });

  it("answers alike and as slowly where login or e-mail is taken, leaves the account alone, and tells admins", async () => {
    const owner = await createUser();
    await prisma().user.update({ where: { id: owner.id }, data: { email: "owner@example.org" } });
    const before = await prisma().user.findMany();
    const answered = async (input: ReturnType<typeof applicant>) => {
      const began = performance.now();
      const answer = await register(input, newClient());
      return { answer, atLeast: performance.now() - began >= 499 };
    };
    const taken = [
      await answered(applicant(owner.login.toUpperCase(), "new@example.org")),
      await answered(applicant("newcomer", "OWNER@example.org")),
    ];
    expect(await prisma().user.findMany()).toEqual(before);
    const free = await answered(applicant("newcomer", "new@example.org"));
    expect(free).toEqual({ answer: { status: "pending" }, atLeast: true });
    expect(taken).toEqual([free, free]);
    const refused = await prisma().auditLog.findMany({ where: { eventType: "user_registration_refused" } });
    expect(refused.map(({ details }) => details)).toEqual([{ reason: "login_taken" }, { reason: "email_taken" }]);
  });

  it("takes three an hour from one address, whatever becomes of them", async () => {
    const client = newClient();
    const now = new Date("2026-11-21T10:00:00Z");
    const later = (minutes: number) => new Date(now.getTime() + minutes * 60_000);
    for (const login of ["one", "one", "two"]) await register(applicant(login), client, now);
    const fourth = register(applicant("three"), client, later(50));
    await expect(fourth).rejects.toMatchObject({ code: "too_many_requests", retryAfterSeconds: 600 });
    expect(await register(applicant("three"), client, later(61))).toEqual({ status: "pending" });
  });

  it("holds the password against the rules, which costs no attempt", async () => {
    const client = newClient();
    for (let tries = 0; tries < 5; tries += 1) {
      const weak = register({ ...applicant("anna"), password: "xkq4 vw" }, client);
      await expect(weak).rejects.toMatchObject({ code: "invalid", fields: [{ path: "password", rule: "too_short" }] });
    }
    expect(await register(applicant("anna"), client)).toEqual({ status: "pending" });
  });

  it("lets no more than 500 wait, so that nobody buries the others", async () => {
    const rows = Array.from({ length: 500 }, (_, index) => ({
      login: `bot-${index}`,
      role: "viewer",
      status: "pending",
      passwordHash: "x",
    }));
    await prisma().user.createMany({ data: rows });
    await expect(register(applicant("anna"), newClient())).rejects.toMatchObject({ code: "unavailable" });
  });
});
