import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { signedIn } from "../../tests/support/users";
import { prisma } from "../db";
import { actorOf } from "../http/actor";
import { findApiToken } from "./api-tokens";
import { changePassword } from "./change-password";
import { createToken, ownTokens, revokeToken } from "./own-tokens";
import { type Actor, can, PERMISSIONS, type Permission, ROLES, type Role, SCOPES, type Scope } from "./permissions";
import { updateProfile } from "./profile";
import { revokeSessionsOf } from "./sessions";

useDatabase();

const NOW = new Date("2026-11-21T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

async function person(role: Role = "admin") {
  const { user, headers } = await signedIn({ role });
  return { user, actor: await actorOf(new Headers(headers)) };
}
const actorBy = (token: string) => actorOf(new Headers({ authorization: `Bearer ${token}` }), "192.0.2.9");

async function withToken(scopes: Scope[] = ["read"], role: Role = "admin", expires_at: string | null = null) {
  const { user, actor } = await person(role);
  const created = await createToken(actor, { name: "backup script", scopes, expires_at });
  return { user, actor, created, speaking: await actorBy(created.token) };
}
const newestAudit = () => prisma().auditLog.findFirstOrThrow({ orderBy: { id: "desc" } });

describe("createToken", () => {
  it("shows the token once, stores its hash, and is audited without it", async () => {
    const { user, actor, created } = await withToken(["read", "servers:write", "read"]);
    expect(created.token).toMatch(/^dzr_[\w-]{43}$/);
    expect(created).toMatchObject({ scopes: ["read", "servers:write"], prefix: created.token.slice(0, 10) });
    expect(await newestAudit()).toMatchObject({
      eventType: "token_created",
      actor: user.login,
      targetName: "backup script",
      details: { scopes: ["read", "servers:write"], expires_at: null },
    });
    const { token, ...shown } = created;
    expect(await ownTokens(actor)).toMatchObject([{ id: shown.id, name: shown.name, prefix: shown.prefix }]);
    const rows = await prisma().$queryRaw`SELECT t::text || a::text AS text FROM api_tokens t, audit_log a`;
    expect(JSON.stringify(rows)).not.toContain(token.slice(10));
  });

  it("makes none for a session that is ended at the same time", async () => {
    const { user, actor } = await person();
    const ended = prisma().$transaction(async (transaction) => {
      await revokeSessionsOf(transaction, { userId: user.id }, new Date());
      const made = createToken(actor, { name: "backup script", scopes: ["admin"] }).catch((error: unknown) => error);
      await sleep(200);
      return { made };
    });
    expect(await (await ended).made).toMatchObject({ code: "unauthenticated" });
    expect(await prisma().apiToken.count({ where: { userId: user.id } })).toBe(0);
  });

  it("refuses an end in the past, and the 51st", async () => {
    const { actor } = await person();
    const make = (expires_at: string | null) => createToken(actor, { name: "x", scopes: ["read"], expires_at }, NOW);
    await expect(make(NOW.toISOString())).rejects.toMatchObject({ code: "invalid", fields: [{ path: "expires_at" }] });
    await prisma().apiToken.createMany({
      data: Array.from({ length: 49 }, (_, index) => ({
        userId: actor?.userId ?? "",
        name: `${index}`,
        prefix: "dzr_",
        tokenHash: new Uint8Array([index, ...Buffer.from(actor?.userId ?? "")]),
        scopes: ["read"],
      })),
    });
    const answers = await Promise.allSettled([make(null), make(null), make(null)]);
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    await expect(make(null)).rejects.toMatchObject({ code: "conflict" });
  });
});

describe("a token", () => {
  it("speaks for its owner, in the role of the moment", async () => {
    const { user, created, speaking } = await withToken(["read", "admin"]);
    expect(speaking).toMatchObject({
      kind: "user",
      userId: user.id,
      role: "admin",
      sessionId: null,
      tokenId: created.id,
      scopes: ["read", "admin"],
      ip: "192.0.2.9",
    });
    await prisma().user.update({ where: { id: user.id }, data: { role: "viewer" } });
    expect(await actorBy(created.token)).toMatchObject({ role: "viewer" });
  });

  it.each([
    ["made up", async () => {}, "dzr_made-up"],
    ["of a blocked user", (id: string) => prisma().user.update({ where: { id }, data: { status: "blocked" } }), null],
    ["of a deleted user", (id: string) => prisma().user.delete({ where: { id } }), null],
    [
      "that expired",
      (userId: string) => prisma().apiToken.updateMany({ where: { userId }, data: { expiresAt: NOW } }),
      null,
    ],
  ])("%s holds for nothing", async (_case, change, other) => {
    const { user, created } = await withToken();
    await change(user.id);
    const at = new Date(Math.max(Date.now(), NOW.getTime() + 1));
    expect(await findApiToken(other ?? created.token, null, at)).toBeNull();
  });

  it("ends when it is revoked, by its owner only, once", async () => {
    const { actor, created } = await withToken();
    const stranger = await person();
    await expect(revokeToken(stranger.actor, created)).rejects.toMatchObject({ code: "not_found" });
    await revokeToken(actor, created);
    expect(await actorBy(created.token)).toBeNull();
    expect(await newestAudit()).toMatchObject({ eventType: "token_revoked", targetId: created.id });
    await expect(revokeToken(actor, created)).rejects.toMatchObject({ code: "not_found" });
    expect(await ownTokens(actor)).toEqual([]);
  });

  it("notes its use and where from, at most once a minute", async () => {
    const { created } = await withToken();
    const row = () => prisma().apiToken.findUniqueOrThrow({ where: { id: created.id } });
    await prisma().apiToken.update({ where: { id: created.id }, data: { lastUsedAt: null } });
    for (const [seconds, ip, noted, from] of [
      [0, "192.0.2.1", 0, "192.0.2.1"],
      [59, "192.0.2.2", 0, "192.0.2.1"],
      [60, "192.0.2.3", 60, "192.0.2.3"],
    ] as const) {
      await findApiToken(created.token, ip, later(seconds));
      expect(await row()).toMatchObject({ lastUsedAt: later(noted), lastUsedIp: from });
    }
  });

  it("opens nothing of its owner's profile, even with every scope", async () => {
    const { created, speaking } = await withToken([...SCOPES]);
    const verbs = [
      () => ownTokens(speaking),
      () => createToken(speaking, { name: "x", scopes: ["read"] }),
      () => revokeToken(speaking, created),
      () => changePassword(speaking, { current_password: "a", new_password: "b" }),
      () => updateProfile(speaking, { email: "a@example.org" }),
    ];
    for (const verb of verbs) await expect(verb()).rejects.toMatchObject({ code: "forbidden" });
  });

  it("is held up by what its owner owes", async () => {
    const { user, created } = await withToken();
    await prisma().user.update({ where: { id: user.id }, data: { mustChangePassword: true } });
    expect(await actorBy(created.token)).toMatchObject({ mustChangePassword: true });
  });
});

const READ_BY_OPERATORS =
  "activity:read alerts:read config:read metrics:read queries:read servers:read ssh_keys:read streams:read";

/** What each scope covers; the role has to hold it as well. */
const COVERED: Record<Scope, (permission: Permission) => boolean> = {
  read: (permission) => permission.endsWith(":read"),
  "servers:write": (permission) => ["servers:write", "sessions:end", "analysis:write"].includes(permission),
  "streams:write": (permission) => permission === "streams:write",
  "alerts:write": (permission) => permission === "alerts:write",
  "metrics:read": (permission) => permission === "metrics:read",
  admin: (permission) => permission !== "profile:write",
};
const acting = (role: Role, scopes: readonly Scope[] | null): Actor => ({
  ...({ kind: "user", userId: "u", login: "u", email: null, sessionId: null, tokenId: "t" } as const),
  ...({ mustChangePassword: false, mustEnrolTotp: false, ip: null, userAgent: null } as const),
  ...({ language: null, theme: null, timeZone: null } as const),
  role,
  scopes,
});

describe("role ∩ scopes", () => {
  const sets = Array.from({ length: 2 ** SCOPES.length }, (_, bits) =>
    SCOPES.filter((_scope, index) => bits & (1 << index)),
  );
  it.each(ROLES.flatMap((role) => sets.map((scopes) => [role, scopes.join(" ") || "no scope", scopes] as const)))(
    "%s with %s",
    (role, _name, scopes) => {
      const held = PERMISSIONS.admin.filter((permission) => can(acting(role, scopes), permission));
      const right = PERMISSIONS[role].filter((permission) => scopes.some((scope) => COVERED[scope](permission)));
      expect(held.toSorted()).toEqual(right.toSorted());
    },
  );

  it.each([
    ["read", "viewer", "activity:read alerts:read config:read metrics:read servers:read streams:read"],
    ["read", "operator", READ_BY_OPERATORS],
    ["servers:write", "operator", "analysis:write servers:write sessions:end"],
    ["servers:write", "viewer", ""],
    ["streams:write", "operator", "streams:write"],
    ["alerts:write", "operator", "alerts:write"],
    ["alerts:write", "viewer", ""],
    ["metrics:read", "admin", "metrics:read"],
    ["admin", "viewer", "activity:read alerts:read config:read metrics:read servers:read streams:read"],
  ] as const)("%s of a %s is: %s", (scope, role, permissions) => {
    const held = PERMISSIONS.admin.filter((permission) => can(acting(role, [scope]), permission));
    expect(held.toSorted().join(" ")).toBe(permissions);
  });
});
