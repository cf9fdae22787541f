import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { actorOf } from "../http/actor";
import { type Actor, systemActor } from "./permissions";
import { keepPreferences, readProfile, updateProfile } from "./profile";
import { confirmTotp, readTotp } from "./totp-enrolment";

useDatabase();

async function person(options: Parameters<typeof signedIn>[0] = {}) {
  const { user, headers } = await signedIn(options);
  const asked = () => actorOf(new Headers(headers));
  return { user, asked, actor: (await asked()) as Actor };
}
const entriesOf = (userId: string) => prisma().auditLog.count({ where: { userId } });

describe("keepPreferences", () => {
  it("holds for the next request, also before a forced password change", async () => {
    const { actor, asked } = await person({ mustChangePassword: true });
    await keepPreferences(actor, { language: "ru" });
    await keepPreferences(actor, { theme: "dark" });
    expect(await asked()).toMatchObject({ language: "ru", theme: "dark", timeZone: null });
  });

  it("is nothing for tokens, nobody, or Dozor itself", async () => {
    const { actor } = await person();
    const refused = (who: Actor | null) => keepPreferences(who, { theme: "dark" });
    await expect(refused({ ...actor, tokenId: "t", scopes: ["admin"] })).rejects.toMatchObject({ code: "forbidden" });
    await expect(refused(systemActor())).rejects.toMatchObject({ code: "forbidden" });
    await expect(refused(null)).rejects.toMatchObject({ code: "unauthenticated" });
  });
});

describe("updateProfile", () => {
  it("writes no audit entry where nothing changes", async () => {
    const { actor, user } = await person();
    await updateProfile(actor, { theme: "light" });
    expect(await entriesOf(user.id)).toBe(1);
    await updateProfile(actor, { theme: "light", email: null });
    expect(await entriesOf(user.id)).toBe(1);
  });

  it("gives an address to one of those who take it at once, in whatever case, and refuses the others", async () => {
    const people = await Promise.all(Array.from({ length: 6 }, () => person()));
    const taken = await Promise.allSettled(
      people.map(({ actor }, i) => updateProfile(actor, { email: i % 2 ? "Same@example.org" : "same@example.org" })),
    );
    expect(taken.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const one of taken)
      if (one.status === "rejected")
        expect(one.reason).toMatchObject({ code: "conflict", fields: [{ path: "email", rule: "taken" }] });
  });

  it("tells of ten addresses an hour whether they are another user's, and goes on with everything else", async () => {
    const { actor } = await person();
    for (let turn = 0; turn < 10; turn += 1) await updateProfile(actor, { email: `guess-${turn}@example.org` });
    await expect(updateProfile(actor, { email: "one-more@example.org" })).rejects.toMatchObject({
      code: "too_many_requests",
    });
    await expect(updateProfile(actor, { email: null, theme: "dark" })).resolves.toMatchObject({ email: null });
    const later = new Date(Date.now() + 3_600_000);
    await expect(updateProfile(actor, { email: "later@example.org" }, { now: later })).resolves.toBeTruthy();
  });

  it("lets nobody in whose account was deleted a moment ago", async () => {
    const { actor, user } = await person();
    await prisma().user.delete({ where: { id: user.id } });
    const verbs = [
      () => updateProfile(actor, { theme: "dark", email: "gone@example.org" }),
      () => keepPreferences(actor, { theme: "dark" }),
      () => readProfile(actor),
      () => readTotp(actor),
      () => confirmTotp(actor, { code: "123456" }),
    ];
    for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ code: "unauthenticated" });
  });

  it("waits for a password change that is owed", async () => {
    const { actor } = await person({ mustChangePassword: true });
    await expect(updateProfile(actor, { email: "a@example.org" })).rejects.toMatchObject({
      code: "password_change_required",
    });
    expect(await readProfile(actor)).toMatchObject({ email: null, must_change_password: true });
  });
});
