import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { contentSecurityPolicy, SONNER_STYLES, securityHeaders } from "./security-headers";

const policy = (changes: Partial<Parameters<typeof contentSecurityPolicy>[0]> = {}) => {
  const text = contentSecurityPolicy({ nonce: "abc", secure: false, development: false, ...changes });
  return new Map(
    text.split("; ").map((directive) => [directive.split(" ")[0], directive.split(" ").slice(1).join(" ")]),
  );
};

describe("contentSecurityPolicy", () => {
  it("lets only scripts and style elements with the nonce run, and nobody frame us", () => {
    expect(policy().get("script-src")).toBe("'self' 'nonce-abc' 'strict-dynamic'");
    expect(policy().get("style-src")).toBe(`'self' 'nonce-abc' ${SONNER_STYLES}`);
    expect(policy().get("frame-ancestors")).toBe("'none'");
    expect(policy().get("default-src")).toBe("'none'");
    expect(policy().get("connect-src")).toBe("'self'");
  });

  it("knows the styles that sonner puts in", () => {
    const sonner = readFileSync(createRequire(import.meta.url).resolve("sonner"), "utf8");
    const css: string = JSON.parse(/__insertCSS\((".*")\);/.exec(sonner)?.[1] ?? "null");
    const hashes = ["", css].map((text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    expect(SONNER_STYLES).toBe(hashes.join(" "));
  });

  it("allows eval in development only", () => {
    expect(policy({ development: true }).get("script-src")).toContain("'unsafe-eval'");
    expect([...policy().values()].join(" ")).not.toContain("unsafe-eval");
  });

  it("upgrades requests under HTTPS only", () => {
    expect(policy({ secure: true }).has("upgrade-insecure-requests")).toBe(true);
    expect(policy().has("upgrade-insecure-requests")).toBe(false);
  });
});

describe("securityHeaders", () => {
  it("promises HTTPS under HTTPS only", () => {
    expect(securityHeaders({ secure: true })["Strict-Transport-Security"]).toMatch(/^max-age=\d{8}/);
    expect(securityHeaders({ secure: false })).not.toHaveProperty("Strict-Transport-Security");
    expect(securityHeaders({ secure: false })).toMatchObject({
      "X-Content-Type-Options": "nosniff",
      "X-Frame-Options": "DENY",
    });
  });
});
