import { expect, test } from "vitest";
import { oneTimePassword } from "./one-time-password";
import { validatePassword } from "./password";

test("generated passwords keep every rule and differ", async () => {
  const passwords = Array.from({ length: 50 }, oneTimePassword);
  expect(new Set(passwords).size).toBe(50);
  for (const password of passwords) {
    expect(password).toMatch(/^[a-z][a-z2-9]{3}[2-9](-[a-z2-9]{4}[2-9]){3}$/);
    expect(await validatePassword(password, "admin", 12)).toEqual([]);
  }
});
