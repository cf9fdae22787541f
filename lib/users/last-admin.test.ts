import { beforeEach, describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { actorOfUser, createUser } from "../../tests/support/users";
import { prisma } from "../db";
import { blockUser, deleteUser, updateUser } from "./mutations";
import { type Actor, systemActor } from "./permissions";

useDatabase();
beforeEach(async () => {
  await prisma().user.deleteMany();
});

const WAYS: [string, (actor: Actor, login: string) => Promise<unknown>][] = [
  ["deleted", deleteUser],
  ["blocked", blockUser],
  ["blocked by is_active", (actor, login) => updateUser(actor, login, { is_active: false })],
  ["demoted", (actor, login) => updateUser(actor, login, { role: "operator" })],
];
const activeAdmins = () => prisma().user.count({ where: { role: "admin", status: "active" } });

describe.each(WAYS)("the last active administrator is not %s", (_way, verb) => {
  it("by Dozor itself, by another admin who is blocked by now, or by themself", async () => {
    const last = await createUser();
    const blocked = await createUser({ status: "blocked" });
    for (const actor of [systemActor(), actorOfUser(blocked), actorOfUser(last)]) {
      await expect(verb(actor, last.login)).rejects.toMatchObject({
        code: "conflict",
        message: expect.stringContaining("last active administrator"),
      });
    }
    expect(await activeAdmins()).toBe(1);
  });

  it("another one may be", async () => {
    const [admin, other] = [await createUser(), await createUser()];
    await verb(actorOfUser(admin), other.login);
    expect(await activeAdmins()).toBe(1);
  });

  it("when admins remove each other at the same time, one stays", async () => {
    for (let round = 0; round < 5; round += 1) {
      await prisma().user.deleteMany();
      const admins = [await createUser(), await createUser(), await createUser(), await createUser()];
      const attempts = admins.map((admin, index) => {
        const victim = admins[(index + 1) % admins.length];
        return verb(actorOfUser(admin), victim?.login ?? "");
      });
      const ended = await Promise.allSettled(attempts);
      expect(await activeAdmins()).toBe(1);
      const refused = ended.filter((one) => one.status === "rejected");
      expect(refused).toHaveLength(1);
      expect(refused[0]).toMatchObject({ reason: { code: "conflict" } });
    }
  });
});
