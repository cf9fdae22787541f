import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeAgent } from "./agent";

const MOZILLA = "Mozilla/5.0";

describe("describeAgent", () => {
  it.each([
    [`${MOZILLA} (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0`, "Firefox", "Linux"],
    [
      `${MOZILLA} (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0`,
      "Edge",
      "Windows",
    ],
    [
      `${MOZILLA} (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15`,
      "Safari",
      "macOS",
    ],
    [
      `${MOZILLA} (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/142.0 Mobile/15E148 Safari/604.1`,
      "Chrome",
      "iPhone",
    ],
    [
      `${MOZILLA} (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36`,
      "Chrome",
      "Android",
    ],
    ["curl/8.5.0", "curl/8.5.0", null],
    ["python-requests/2.32.3", "python-requests/2.32.3", null],
  ])("%s", (userAgent, client, system) => {
    expect(describeAgent(userAgent)).toEqual({ client, system });
  });

  it.each([null, "", "  "])("says nothing of %j", (userAgent) => {
    expect(describeAgent(userAgent)).toBeNull();
  });

  it("takes whatever a client sends", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400 }), (userAgent) => {
        expect(describeAgent(userAgent)?.client.length ?? 0).toBeLessThanOrEqual(40);
      }),
    );
  });
});
