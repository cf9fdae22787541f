import { expect, test } from "vitest";
import { addressOf, passwordBox } from "./announce";

test.each([
  [{ publicUrl: undefined, host: "127.0.0.1", port: 3000 }, "http://localhost:3000"],
  [{ publicUrl: undefined, host: "0.0.0.0", port: 80 }, "http://localhost:80"],
  [{ publicUrl: undefined, host: "10.0.0.7", port: 3000 }, "http://10.0.0.7:3000"],
  [{ publicUrl: undefined, host: "2001:db8::7", port: 3000 }, "http://[2001:db8::7]:3000"],
  [{ publicUrl: "https://dozor.example", host: "127.0.0.1", port: 3000 }, "https://dozor.example"],
])("%j is found at %s", (at, address) => {
  expect(addressOf(at)).toBe(address);
});

test("the box holds login, password and address, and is a box", () => {
  const box = passwordBox({ login: "admin", password: "aaaa1-bbbb2" }, "http://localhost:3000");
  for (const text of ["admin", "aaaa1-bbbb2", "http://localhost:3000"]) expect(box).toContain(text);
  expect(new Set(box.split("\n").map((line) => line.length)).size).toBe(1);
});
