import { describe, expect, it } from "vitest";
import { ProbeError } from "../probe";
import { SSL_MODES } from "../ssl-modes";
import { attemptsOf, certificateChecks, worthAnother } from "./sslmode";

describe("sslmode", () => {
  it.each([
    ["disable", ["none"]],
    ["allow", ["none", "required"]],
    ["prefer", ["offered", "none"]],
    ["require", ["required"]],
    ["verify-ca", ["required"]],
    ["verify-full", ["required"]],
  ] as const)("%s tries %j", (mode, attempts) => {
    expect(attemptsOf(mode, "db1")).toEqual(attempts);
  });

  it("never encrypts a unix socket", () => {
    for (const mode of SSL_MODES) expect(attemptsOf(mode, "/run/postgresql")).toEqual(["none"]);
  });

  it.each([
    ["prefer", undefined, { chain: false, name: false }],
    ["require", undefined, { chain: false, name: false }],
    ["require", "PEM", { chain: true, name: false }],
    ["verify-ca", undefined, { chain: true, name: false }],
    ["verify-ca", "PEM", { chain: true, name: false }],
    ["verify-full", undefined, { chain: true, name: true }],
    ["verify-full", "PEM", { chain: true, name: true }],
  ] as const)("%s with CA %s checks %j", (mode, ca, { chain, name }) => {
    const checks = certificateChecks(mode, ca);
    expect(checks.rejectUnauthorized).toBe(chain);
    expect(checks.checkServerIdentity === undefined).toBe(name);
  });

  it("tries the other way after a lack of TLS or of a line in pg_hba.conf, not after a wrong password", () => {
    const said = (code: string) =>
      new ProbeError("auth", "no", { cause: Object.assign(new Error("no"), { severity: "FATAL", code }) });
    expect(worthAnother(new ProbeError("tls", "no"))).toBe(true);
    expect(worthAnother(said("28000"))).toBe(true);
    expect(worthAnother(said("28P01"))).toBe(false);
    expect(worthAnother(new ProbeError("timeout", "no"))).toBe(false);
  });
});
