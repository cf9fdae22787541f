import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clientAddress, isTrustedProxy } from "./client-address";

describe("clientAddress", () => {
  it.each([
    ["the socket's, without proxies", "198.51.100.7", null, [], "198.51.100.7"],
    ["the socket's: a stranger's header counts for nothing", "198.51.100.7", "203.0.113.9", [], "198.51.100.7"],
    ["the socket's: not one of our proxies", "198.51.100.7", "203.0.113.9", ["10.0.0.0/8"], "198.51.100.7"],
    ["what our proxy saw", "10.0.0.2", "203.0.113.9", ["10.0.0.0/8"], "203.0.113.9"],
    ["not what the client claimed to our proxy", "10.0.0.2", "1.1.1.1, 203.0.113.9", ["10.0.0.0/8"], "203.0.113.9"],
    ["through two of our proxies", "10.0.0.2", "203.0.113.9, 10.0.0.3", ["10.0.0.0/8"], "203.0.113.9"],
    ["the proxy's, when it says nothing", "10.0.0.2", null, ["10.0.0.2"], "10.0.0.2"],
    ["the last that can be read", "10.0.0.2", "203.0.113.9, unknown", ["10.0.0.2"], "10.0.0.2"],
    ["the outermost of ours when all are", "10.0.0.2", "10.0.0.4, 10.0.0.3", ["10.0.0.0/8"], "10.0.0.4"],
    ["without the mapping into IPv6", "::ffff:198.51.100.7", null, [], "198.51.100.7"],
    ["mapped proxies are the same proxies", "::ffff:10.0.0.2", "203.0.113.9", ["10.0.0.2"], "203.0.113.9"],
    ["without a port", "10.0.0.2", "203.0.113.9:5123", ["10.0.0.2"], "203.0.113.9"],
    ["without brackets", "::1", "[2001:DB8::9]:5123", ["::1"], "2001:db8::9"],
    ["in one spelling", "2001:DB8:0:0:0::9", null, [], "2001:db8::9"],
    ["without the mapping, however it is spelled", "0:0:0:0:0:FFFF:C633:6407", null, [], "198.51.100.7"],
    ["without a zone", "fe80::1%eth0", null, [], "fe80::1"],
    ["none, where there is no socket", null, "203.0.113.9", ["10.0.0.0/8"], null],
  ])("is %s", (_what, remote, forwardedFor, trusted, address) => {
    expect(clientAddress({ remote, forwardedFor, trusted })).toBe(address);
  });
});

describe("what a client writes into X-Forwarded-For", () => {
  const TRUSTED = ["10.0.0.0/8", "fd00::/8"];
  /** The header as each proxy passes it on: with the address that it saw. */
  const through = (proxies: readonly string[], client: string, written: string | null) => {
    const seen = [client, ...proxies];
    const forwardedFor = [...(written === null ? [] : [written]), ...seen.slice(0, -1)].join(", ");
    return clientAddress({ remote: seen.at(-1) ?? null, forwardedFor: forwardedFor || null, trusted: TRUSTED });
  };
  const PATHS: [string, string[]][] = [
    ["no proxy", []],
    ["one proxy", ["10.0.0.2"]],
    ["two proxies", ["10.0.0.3", "10.0.0.2"]],
    ["two proxies by IPv6", ["fd00::3", "fd00::2"]],
    ["two proxies, one seen as mapped", ["::ffff:10.0.0.3", "::ffff:a00:2"]],
  ];
  const CLAIMS = [
    null,
    "203.0.113.9",
    "127.0.0.1",
    "10.0.0.9",
    "::1",
    "fd00::9",
    "::ffff:10.0.0.9",
    "10.0.0.3, 10.0.0.2",
    "unknown",
    ",,,",
    '"203.0.113.9"',
    "203.0.113.9\t",
  ];
  const cases = PATHS.flatMap(([path, proxies]) => CLAIMS.map((claim) => [path, claim, proxies] as const));

  it.each(cases)("through %s, claiming %j: counts for nothing", (_path, claim, proxies) => {
    for (const client of ["198.51.100.7", "2001:db8::7"]) expect(through(proxies, client, claim)).toBe(client);
  });

  it("counts for nothing whatever it is", () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...PATHS), (claim, [, proxies]) => {
        expect(through(proxies, "198.51.100.7", claim)).toBe("198.51.100.7");
      }),
    );
  });

  it("counts for nothing when it comes past the proxies", () => {
    expect(clientAddress({ remote: "198.51.100.7", forwardedFor: "10.0.0.1", trusted: TRUSTED })).toBe("198.51.100.7");
  });
});

describe("isTrustedProxy", () => {
  it.each([
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["fd00::5", ["fd00::/8"], true],
    ["::ffff:10.1.2.3", ["10.0.0.0/8"], true],
    ["::ffff:a01:203", ["10.0.0.0/8"], true],
    ["10.1.2.3", ["::ffff:10.0.0.0/104"], true],
    ["11.1.2.3", ["::ffff:10.0.0.0/104"], false],
    ["10.1.2.3", [], false],
    [null, ["10.0.0.0/8"], false],
  ])("%s in %j: %s", (remote, trusted, answer) => {
    expect(isTrustedProxy(remote, trusted)).toBe(answer);
  });
});
