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
    ["none, where there is no socket", null, "203.0.113.9", ["10.0.0.0/8"], null],
  ])("is %s", (_what, remote, forwardedFor, trusted, address) => {
    expect(clientAddress({ remote, forwardedFor, trusted })).toBe(address);
  });
});

describe("isTrustedProxy", () => {
  it.each([
    ["10.1.2.3", ["10.0.0.0/8"], true],
    ["11.1.2.3", ["10.0.0.0/8"], false],
    ["fd00::5", ["fd00::/8"], true],
    ["10.1.2.3", [], false],
    [null, ["10.0.0.0/8"], false],
  ])("%s in %j: %s", (remote, trusted, answer) => {
    expect(isTrustedProxy(remote, trusted)).toBe(answer);
  });
});
