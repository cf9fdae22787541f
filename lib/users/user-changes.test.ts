import { describe, expect, it } from "vitest";
import { USER_STATUSES, type UserStatus } from "./schema";
import { diffOf, statusEvent, statusRefusal, wantedStatus } from "./user-changes";

describe("wantedStatus", () => {
  it.each<[UserStatus, { status?: UserStatus; is_active?: boolean }, UserStatus]>([
    ["active", {}, "active"],
    ["pending", {}, "pending"],
    ["active", { is_active: false }, "blocked"],
    ["blocked", { is_active: true }, "active"],
    ["pending", { is_active: true }, "active"],
    ["pending", { is_active: false }, "pending"],
    ["active", { status: "blocked", is_active: true }, "blocked"],
    ["active", { status: "active", is_active: false }, "blocked"],
    ["blocked", { status: "active", is_active: false }, "active"],
    ["active", { status: "blocked", is_active: false }, "blocked"],
  ])("%s, asked for %j → %s", (now, changes, wanted) => {
    expect(wantedStatus(now, changes)).toBe(wanted);
  });

  it("refuses what contradicts itself", () => {
    expect(() => wantedStatus("pending", { status: "rejected", is_active: true })).toThrow("contradict");
  });
});

describe("statusEvent", () => {
  const ways = USER_STATUSES.flatMap((from) => USER_STATUSES.map((to) => [from, to] as const));

  it("names every turn that there is, and no other", () => {
    const named = ways.flatMap(([from, to]) => {
      try {
        const event = statusEvent("anna", from, to);
        return event ? [`${from} ${to} ${event}`] : [];
      } catch {
        return [];
      }
    });
    expect(named.sort()).toEqual([
      "active blocked user_blocked",
      "blocked active user_unblocked",
      "pending active user_approved",
      "pending rejected user_rejected",
      "rejected active user_approved",
    ]);
  });

  it("refuses the others, and says from where to where", () => {
    expect(() => statusEvent("anna", "pending", "blocked")).toThrow("anna is pending, and cannot become blocked.");
  });
});

it("diffOf has what differs", () => {
  expect(diffOf({ email: null, role: "viewer" }, { email: null, role: "admin" })).toEqual({
    role: { old: "viewer", new: "admin" },
  });
});

describe("statusRefusal", () => {
  it("tells an applicant the state, and the reason of a rejection", () => {
    expect(statusRefusal({ status: "pending", rejectionReason: null })).toMatchObject({
      code: "forbidden",
      message: "This account is pending; ask an administrator.",
      fields: [{ path: "status", rule: "pending" }],
    });
    expect(statusRefusal({ status: "rejected", rejectionReason: "Not one of us" })).toMatchObject({
      message: "This account is rejected; ask an administrator. Reason: Not one of us",
      fields: [{ path: "status" }, { path: "reason", message: "Not one of us" }],
    });
  });

  it("keeps an old reason to itself", () => {
    expect(statusRefusal({ status: "blocked", rejectionReason: "Not one of us" }).message).not.toContain("Not one");
  });
});
