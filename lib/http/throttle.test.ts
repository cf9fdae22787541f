import { expect, it } from "vitest";
import { throttle } from "./throttle";

const NOW = Date.parse("2026-11-21T10:00:00Z");
const used = (caller: string, now = NOW) => {
  for (let request = 0; request < 600; request += 1) throttle(caller, now);
};
const once = (caller: string, now = NOW) => {
  try {
    throttle(caller, now);
    return "passes";
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it("lets a caller ask 600 times in a minute that begins with the first", () => {
  used("anna");
  expect(() => throttle("anna", NOW + 50_000)).toThrow(expect.objectContaining({ retryAfterSeconds: 10 }));
  expect(once("otto")).toBe("passes");
  expect(once("anna", NOW + 60_000)).toBe("passes");
});

it("takes an IPv6 network of 64 bits for one caller, since one machine has all of its addresses", () => {
  used("2001:db8:0:1::7");
  expect(once("2001:db8:0:1:ffff::9")).toBe("too_many_requests");
  expect(once("2001:db8:0:2::7")).toBe("passes");
});

it("forgets no user, and no address of late, however many strangers come", () => {
  const later = NOW + 1_000;
  used("olga");
  for (let stranger = 0; stranger < 20_000; stranger += 1) {
    throttle(`10.${stranger >> 16}.${(stranger >> 8) & 255}.${stranger & 255}`, later);
    if (stranger === 15_000) used("192.0.2.1", later);
  }
  expect(once("olga", later)).toBe("too_many_requests");
  expect(once("192.0.2.1", later)).toBe("too_many_requests");
});
