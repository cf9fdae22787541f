import { describe, expect, it } from "vitest";
import { useDatabase } from "../../tests/support/database";
import { pool } from "../db";
import { accountKey, addressKey, addressLimits, giveBackAttempt, takeAttempt } from "./throttle";

useDatabase();

const NOW = new Date("2026-11-21T10:00:00Z");
const later = (seconds: number) => new Date(NOW.getTime() + seconds * 1_000);

describe("takeAttempt", () => {
  it.each([
    ["sign-in", 5, undefined, 60],
    ["refresh", 10, 60, 60],
    ["registration", 3, 3_600, 3_600],
  ])("%s: %i attempts, and again after the window of each limit", async (purpose, attempts, windowSeconds, length) => {
    const limit = { key: addressKey(purpose, "192.0.2.1"), attempts, ...(windowSeconds && { windowSeconds }) };
    for (let attempt = 0; attempt < attempts; attempt += 1) await takeAttempt([limit], later(attempt));
    await expect(takeAttempt([limit], later(length - 10))).rejects.toMatchObject({
      code: "too_many_requests",
      retryAfterSeconds: 10,
    });
    await expect(takeAttempt([limit], later(length))).resolves.toBeUndefined();
  });

  it("lets nobody wait longer than the window, whatever another instance's clock said", async () => {
    const limit = { key: "skew", attempts: 1 };
    await takeAttempt([limit], later(600));
    await expect(takeAttempt([limit], NOW)).rejects.toMatchObject({ retryAfterSeconds: 60 });
  });

  it("counts a window of an hour while others begin and end", async () => {
    const limit = { key: "registration:test", attempts: 1, windowSeconds: 3_600 };
    await takeAttempt([limit], NOW);
    await takeAttempt([{ key: "another", attempts: 5 }], later(3_500));
    await expect(takeAttempt([limit], later(3_590))).rejects.toMatchObject({ code: "too_many_requests" });
  });

  it("forgets windows that are long over", async () => {
    await takeAttempt([{ key: "old", attempts: 5 }], NOW);
    await takeAttempt([{ key: "new", attempts: 5 }], later(7_201));
    const { rows } = await pool().query("SELECT key FROM throttle WHERE key IN ('old', 'new')");
    expect(rows).toEqual([{ key: "new" }]);
  });

  it("takes an attempt back once, and never below none", async () => {
    const limit = { key: "back", attempts: 1 };
    await takeAttempt([limit], NOW);
    for (let time = 0; time < 3; time += 1) await giveBackAttempt([limit]);
    await takeAttempt([limit], NOW);
    await expect(takeAttempt([limit], NOW)).rejects.toMatchObject({ code: "too_many_requests" });
  });
});

describe("the limits of an address", () => {
  it("are its own and, in IPv6, ten times as much for the 65,536 networks that one customer may have", async () => {
    const limits = (address: string) => addressLimits("sign_in", address, { attempts: 5 });
    const taken = async (address: string) =>
      takeAttempt(limits(address), NOW).then(
        () => "passes",
        ({ code }) => code,
      );
    expect(limits("192.0.2.1")).toHaveLength(1);
    const answers: string[] = [];
    for (let network = 1; network <= 60; network += 1)
      answers.push(await taken(`2001:db8:77:${network.toString(16)}::1`));
    expect(answers.filter((answer) => answer === "passes")).toHaveLength(50);
    expect(answers.at(-1)).toBe("too_many_requests");
    expect(await taken("2001:db8:78::1")).toBe("passes");
  });
});

describe("the key", () => {
  it("of an account names nobody: people type passwords into the wrong field", () => {
    expect(accountKey("sign_in", "Hunter2")).toBe(accountKey("sign_in", "hunter2"));
    expect(accountKey("sign_in", "hunter2")).not.toContain("hunter2");
  });

  it.each([
    ["2001:db8:0:1::7", "2001:db8:0:1:ffff::9", true],
    ["2001:db8:0:1::7", "2001:db8:0:2::7", false],
    ["::1", "::2", true],
    ["192.0.2.1", "192.0.2.2", false],
  ])("of %s is that of %s: %s", (one, other, same) => {
    expect(addressKey("sign_in", one) === addressKey("sign_in", other)).toBe(same);
  });
});
