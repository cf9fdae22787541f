import { describe, expect, it } from "vitest";
import { isOwnOrigin } from "./origin";

describe("isOwnOrigin", () => {
  it.each([
    ["the same host", "http://dozor.lan:3000", "same-origin", "dozor.lan:3000", undefined, true],
    ["the host in capitals", "http://dozor.lan", null, "DOZOR.lan", undefined, true],
    [
      "PUBLIC_URL, behind a proxy that changes the host",
      "https://dozor.example",
      null,
      "app:3000",
      "https://dozor.example",
      true,
    ],
    ["another site", "https://evil.example", "cross-site", "dozor.lan", undefined, false],
    ["another port of the host", "http://dozor.lan:8080", "same-site", "dozor.lan:3000", undefined, false],
    ["a subdomain", "https://a.dozor.example", "same-site", "dozor.example", "https://dozor.example", false],
    ["PUBLIC_URL by another scheme", "http://dozor.example", null, "app:3000", "https://dozor.example", false],
    ["a sandboxed frame", "null", "cross-site", "dozor.lan", undefined, false],
    ["no origin, from our page", null, "same-origin", "dozor.lan", undefined, true],
    ["no origin, from another site", null, "cross-site", "dozor.lan", undefined, false],
    ["neither header", null, null, "dozor.lan", undefined, false],
    ["no host", "http://dozor.lan", null, null, undefined, false],
  ])("%s", (_case, origin, fetchSite, host, publicUrl, answer) => {
    expect(isOwnOrigin({ origin, fetchSite, host, publicUrl, secure: false })).toBe(answer);
  });

  it.each([
    ["https://dozor.lan", undefined, true],
    ["http://dozor.lan", undefined, false],
    ["http://dozor.lan", "https://dozor.lan", false],
    ["http://dozor.lan:80", "https://dozor.lan", false],
  ])("by HTTPS, a page of %s (PUBLIC_URL %s): %s", (origin, publicUrl, answer) => {
    expect(isOwnOrigin({ origin, fetchSite: null, host: "dozor.lan", publicUrl, secure: true })).toBe(answer);
  });
});
