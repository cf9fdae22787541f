import { NextRequest } from "next/server";
import { afterEach, describe, expect, it } from "vitest";
import { provideEnv } from "../lib/env";
import { middleware } from "../middleware";

const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  middleware(new NextRequest(new URL(path, "http://dozor.lan:3000"), { headers, method }));
const COOKIE = { cookie: "dozor.session=anything" };

afterEach(() => provideEnv({ PUBLIC_URL: "", TRUSTED_PROXIES: "" }));

describe("middleware", () => {
  it.each([
    ["/", "/login"],
    ["/servers/local/host?period=1h", "/login?next=%2Fservers%2Flocal%2Fhost%3Fperiod%3D1h"],
    ["/servers?_rsc=abc", "/login?next=%2Fservers"],
  ])("shows a stranger at %s the way to %s", (path, location) => {
    const response = ask(path);
    expect(response.status).toBe(307);
    expect(new URL(response.headers.get("location") ?? "").href).toBe(`http://dozor.lan:3000${location}`);
  });

  it.each(["/login", "/api/servers", "/_next/static/x.js", "/favicon.svg", "/healthz"])(
    "lets a stranger to %s",
    (path) => {
      expect(ask(path).headers.get("location")).toBeNull();
    },
  );

  it("lets whoever has a cookie pass: the page decides", () => {
    expect(ask("/servers", COOKIE).headers.get("location")).toBeNull();
  });

  it("gives each page a nonce of its own, in the policy of request and answer", () => {
    const [one, other] = [ask("/", COOKIE), ask("/", COOKIE)].map((response) => ({
      policy: response.headers.get("content-security-policy"),
      nonce: response.headers.get("x-middleware-request-x-nonce"),
      requested: response.headers.get("x-middleware-request-content-security-policy"),
    }));
    expect(one?.nonce).toMatch(/^[\w+/]{24}$/);
    expect(one?.policy).toContain(`'nonce-${one?.nonce}'`);
    expect(one?.requested).toBe(one?.policy);
    expect(other?.nonce).not.toBe(one?.nonce);
  });

  it("tells the page where it is", () => {
    expect(ask("/servers?sort=name&_rsc=x", COOKIE).headers.get("x-middleware-request-x-dozor-path")).toBe(
      "/servers?sort=name",
    );
  });

  it.each(["/", "/api/servers", "/_next/static/x.js"])("puts the security headers on %s", (path) => {
    const { headers } = ask(path, COOKIE);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-frame-options")).toBe("DENY");
    expect(headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect(headers.get("strict-transport-security")).toBeNull();
  });

  it("promises HTTPS where PUBLIC_URL or a proxy of ours says so, and a stranger cannot", () => {
    const forwarded = { "x-dozor-remote": "10.0.0.2", "x-forwarded-proto": "https" };
    const promised = (headers = {}) => ask("/", headers).headers.has("strict-transport-security");
    expect(promised(forwarded)).toBe(false);
    provideEnv({ TRUSTED_PROXIES: "10.0.0.2" });
    expect(promised(forwarded)).toBe(true);
    expect(promised()).toBe(false);
    provideEnv({ PUBLIC_URL: "https://dozor.example" });
    expect(promised()).toBe(true);
  });
});
