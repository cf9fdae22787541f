import { describe, expect, it } from "vitest";
import { ProbeError } from "../probe";
import { sqlStateOf, toProbeError, toTlsError } from "./failure";

const context = { address: "db1:5432", password: "s3cret!", otherwise: "unreachable" } as const;
const fromServer = (code: string, message = "no") => Object.assign(new Error(message), { severity: "FATAL", code });
const fromNetwork = (code: string) => Object.assign(new Error("connect"), { code });

describe("failures by code", () => {
  it.each([
    ["28P01", "auth"],
    ["28000", "auth"],
    ["42501", "permission"],
    ["53300", "too_many_connections"],
    ["57P03", "starting_up"],
    ["57P01", "unreachable"],
    ["3D000", "no_database"],
    ["57014", "timeout"],
    ["55P03", "timeout"],
    ["08P01", "protocol"],
    ["08006", "unreachable"],
    ["42703", "sql"],
    ["XX000", "sql"],
  ])("SQLSTATE %s is %s", (state, code) => {
    const failure = toProbeError(fromServer(state), context);
    expect(failure.code).toBe(code);
    expect(sqlStateOf(failure.cause)).toBe(state);
    expect(failure.message).toContain("db1:5432");
  });

  it.each([
    ["ENOTFOUND", "dns"],
    ["EAI_AGAIN", "dns"],
    ["ECONNREFUSED", "refused"],
    ["ENOENT", "refused"],
    ["EACCES", "unreachable"],
    ["ETIMEDOUT", "timeout"],
    ["ECONNRESET", "unreachable"],
    ["EPIPE", "unreachable"],
    ["EHOSTUNREACH", "unreachable"],
    ["ESOMETHING", "unreachable"],
  ])("%s is %s, met while connecting or during the handshake", (networkCode, code) => {
    expect(toProbeError(fromNetwork(networkCode), context).code).toBe(code);
    if (networkCode !== "ESOMETHING") expect(toTlsError(fromNetwork(networkCode), context).code).toBe(code);
  });

  it.each([
    ["query_wait_timeout", "too_many_connections", "used up, or the server behind it is away"],
    ["no more connections allowed (max_client_conn)", "too_many_connections", "raise the limit"],
    ["password authentication failed", "auth", "check user and password"],
    ['database "shop" does not exist', "no_database", "check the name"],
    ["no such database: shop", "no_database", "check the name"],
    ["server login has been failing, try again later (server_login_retry)", "unreachable", "server's log"],
    ["transaction blocks not allowed in statement pooling mode", "protocol", "transaction or session mode"],
    ["something else", "protocol", ""],
  ])("PgBouncer's %s is %s", (words, code, remedy) => {
    const failure = toProbeError(fromServer("08P01", words), context);
    expect(failure.code).toBe(code);
    expect(failure.message).toContain(remedy);
    expect(toProbeError(fromServer("XX000", words), context).code).toBe("sql");
  });

  it("a database that takes no connections is told from a statement that came at a bad time", () => {
    expect(toProbeError(fromServer("55000"), { ...context, connecting: true }).code).toBe("no_database");
    expect(toProbeError(fromServer("55000"), context).code).toBe("sql");
  });

  // Of a server that answers a question it is a lacking privilege; here nobody has been let in.
  it("a database, or a socket, that may not be used is told from a question that may not be asked", () => {
    const failure = toProbeError(fromServer("42501"), { ...context, connecting: true });
    expect(failure).toMatchObject({ code: "no_database", message: expect.stringContaining("CONNECT") });
    for (const code of ["EACCES", "EPERM"])
      expect(toProbeError(fromNetwork(code), context)).toMatchObject({
        ...{ code: "unreachable", message: expect.stringContaining("may not use that socket") },
      });
  });

  it("goes by the code, never by words", () => {
    const misleading = fromServer("53300", "password authentication failed: timeout, connection refused, TLS");
    expect(toProbeError(misleading, context).code).toBe("too_many_connections");
    const silent = new Error("password authentication failed");
    expect(toProbeError(silent, { ...context, otherwise: "protocol" }).code).toBe("protocol");
  });

  it("hides the password that a server sends back, and cuts long texts", () => {
    const failure = toProbeError(fromServer("28P01", `you said s3cret! and s3cret!${"x".repeat(5_000)}`), context);
    expect(failure.message).not.toContain("s3cret!");
    expect(failure.message.length).toBeLessThan(400);
    expect((failure.cause as Error).stack).not.toContain("s3cret!");
  });

  it("takes out what would turn a line around or break it", () => {
    const failure = toProbeError(fromServer("XX000", "a\u202eb\u2028c\nd\u2066e"), context);
    expect(failure.message).toContain("a b c d e");
  });

  it("leaves a classified failure as it is", () => {
    const failure = new ProbeError("parse", "as it was");
    expect(toProbeError(failure, context)).toBe(failure);
    expect(toTlsError(failure, context)).toBe(failure);
  });

  it.each([
    ["ERR_TLS_CERT_ALTNAME_INVALID", "connect by a name it holds"],
    ["CERT_HAS_EXPIRED", "renew it"],
    ["SELF_SIGNED_CERT_IN_CHAIN", "give the CA certificate"],
    ["EPROTO", "no TLS agreed"],
  ])("a handshake that ends with %s names the remedy", (code, remedy) => {
    const failure = toTlsError(fromNetwork(code), context);
    expect(failure.code).toBe("tls");
    expect(failure.message).toContain(remedy);
  });
});
