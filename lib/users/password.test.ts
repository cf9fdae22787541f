import { performance } from "node:perf_hooks";
import { describe, expect, it } from "vitest";
import { DUMMY_HASH, hashPassword, validatePassword, verifyPassword } from "./password";

const LONG = "a1".repeat(64);

describe("validatePassword", () => {
  it.each([
    ["correct horse 7 battery", []],
    ["пароль-из-12-знаков", []],
    ["a1b2c3d4e5f", ["too_short"]],
    [LONG, []],
    [`${LONG}x`, ["too_long"]],
    ["only letters here", ["no_digit"]],
    ["739150284615", ["no_letter"]],
    ["Operator.2026", ["is_login"]],
    ["1qaz2wsx3edc", ["common"]],
    ["1QAZ2wsx3EDC", ["common"]],
    ["", ["too_short", "no_letter", "no_digit"]],
  ])("%j breaks %j", async (plain, rules) => {
    const problems = await validatePassword(plain, "operator.2026", 12);
    expect(problems.map(({ rule }) => rule)).toEqual(rules);
  });

  it("counts characters as people do", async () => {
    expect(await validatePassword("😀😀😀😀😀😀a1", "x", 8)).toEqual([]);
  });

  it("never repeats the password in a message", async () => {
    const problems = await validatePassword("password1", "someone", 12);
    expect(problems.map(({ rule }) => rule)).toContain("common");
    expect(JSON.stringify(problems)).not.toContain("password1");
  });
});

describe("hashes", () => {
  it("are argon2id of the recommended cost, salted, and verify only their own password", async () => {
    const [one, other] = await Promise.all([hashPassword("correct horse 7"), hashPassword("correct horse 7")]);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(one).not.toBe(other);
    expect(await verifyPassword("correct horse 7", one)).toBe(true);
    expect(await verifyPassword("correct horse 8", one)).toBe(false);
  });

  it("that cannot be read belong to nobody", async () => {
    expect(await verifyPassword("x", "no hash")).toBe(false);
  });

  it("work two at a time, and refuse when too many wait", async () => {
    const results = await Promise.allSettled(Array.from({ length: 60 }, () => verifyPassword("x", DUMMY_HASH)));
    expect(results.filter(({ status }) => status === "rejected").length).toBe(8);
    expect(await verifyPassword("x", DUMMY_HASH)).toBe(false);
  });
});

describe("an unknown login", () => {
  it("is verified against a hash of the same cost", async () => {
    const cost = (hash: string) => hash.split("$").slice(1, 4);
    expect(cost(DUMMY_HASH)).toEqual(cost(await hashPassword("correct horse 7")));
  });

  it("takes as long as a wrong password: medians of 21 within a factor of two, on a busy machine too", async () => {
    const real = await hashPassword("correct horse 7");
    const times: Record<"real" | "dummy", number[]> = { real: [], dummy: [] };
    for (let round = 0; round < 21; round += 1) {
      for (const [name, hash] of [
        ["real", real],
        ["dummy", DUMMY_HASH],
      ] as const) {
        const began = performance.now();
        await verifyPassword("wrong horse 8", hash);
        times[name].push(performance.now() - began);
      }
    }
    const median = (values: number[]) => values.toSorted((a, b) => a - b)[10] ?? Number.NaN;
    const ratio = median(times.dummy) / median(times.real);
    expect(ratio).toBeGreaterThan(0.5);
    expect(ratio).toBeLessThan(2);
  });
});
