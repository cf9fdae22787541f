import { describe, expect, it } from "vitest";
import { type Actor, can, PERMISSIONS, type Permission, ROLES, requirePermission, systemActor } from "./permissions";

const actor = (changes: Partial<Actor> = {}): Actor => ({ ...systemActor(), kind: "user", ...changes });

/** The table of the specification: permission → roles that hold it. */
const TABLE: Record<Permission, string> = {
  "servers:read": "admin operator viewer",
  "metrics:read": "admin operator viewer",
  "streams:read": "admin operator viewer",
  "activity:read": "admin operator viewer",
  "alerts:read": "admin operator viewer",
  "config:read": "admin operator viewer",
  "profile:write": "admin operator viewer",
  "servers:write": "admin operator",
  "sessions:end": "admin operator",
  "queries:read": "admin operator",
  "analysis:write": "admin operator",
  "streams:write": "admin operator",
  "alerts:acknowledge": "admin operator",
  "alerts:write": "admin operator",
  "ssh_keys:use": "admin operator",
  "ssh_keys:read": "admin operator",
  "ssh_keys:create": "admin operator",
  "ssh_keys:manage": "admin",
  "users:manage": "admin",
  "audit:read": "admin",
  "logs:read": "admin",
  "settings:read": "admin",
  "settings:write": "admin",
  "collector:read": "admin",
};

describe("the permission table", () => {
  it.each(Object.entries(TABLE))("%s is held by %s", (permission, roles) => {
    const holders = ROLES.filter((role) => can(actor({ role }), permission as Permission));
    expect(holders.join(" ")).toBe(roles);
  });

  it("names every permission that exists", () => {
    expect(Object.keys(TABLE).sort()).toEqual([...PERMISSIONS.admin].sort());
  });
});

describe("requirePermission", () => {
  it.each([
    ["nobody", null, "unauthenticated"],
    ["a viewer", actor({ role: "viewer" }), "forbidden"],
    ["an admin who must change the password", actor({ mustChangePassword: true }), "password_change_required"],
  ])("refuses %s", (_who, who, code) => {
    expect(() => requirePermission(who, "users:manage")).toThrow(expect.objectContaining({ code }));
  });

  it("lets an admin and Dozor itself pass", () => {
    expect(() => requirePermission(actor(), "users:manage")).not.toThrow();
    expect(() => requirePermission(systemActor(), "users:manage")).not.toThrow();
  });
});
