import { describe, expect, it } from "vitest";
import { prisma } from "@/lib/db";
import { useDatabase as withDatabase } from "@/tests/support/database";
import { createUser, PASSWORD } from "@/tests/support/users";
import { POST as logout } from "../logout/route";
import { GET as openapi } from "../openapi.json/route";
import { POST as token } from "./route";

withDatabase();

const ask = (fields: Record<string, string>, remote: string) =>
  token(
    new Request("http://localhost:3000/api/token", {
      method: "POST",
      body: new URLSearchParams(fields),
      headers: { "x-dozor-remote": remote },
    }),
  );
const withToken = (access_token: string, path: string, method = "GET") =>
  new Request(`http://localhost:3000${path}`, { method, headers: { authorization: `Bearer ${access_token}` } });

describe("POST /api/token", () => {
  it("gives an hour's token for a form, which opens the API until it is given back", async () => {
    const { login } = await createUser();
    const response = await ask({ username: login, password: PASSWORD }, "192.0.2.1");
    const answer = await response.json();
    expect(answer).toEqual({ access_token: expect.any(String), token_type: "bearer", expires_in: 3_600 });
    expect(response.headers.get("cache-control")).toBe("no-store");
    const described = await openapi(withToken(answer.access_token, "/api/openapi.json"));
    expect(await described.json()).toMatchObject({ openapi: "3.1.0", paths: { "/api/token": { post: {} } } });

    expect((await logout(withToken(answer.access_token, "/api/logout", "POST"))).status).toBe(204);
    expect((await openapi(withToken(answer.access_token, "/api/openapi.json"))).status).toBe(401);
    expect((await logout(withToken(answer.access_token, "/api/logout", "POST"))).status).toBe(401);
  });

  it("takes JSON too", async () => {
    const { login } = await createUser();
    const response = await token(
      new Request("http://localhost:3000/api/token", {
        method: "POST",
        body: JSON.stringify({ username: login, password: PASSWORD }),
        headers: { "content-type": "application/json" },
      }),
    );
    expect(response.status).toBe(200);
  });

  it("refuses a wrong password with 401, and the sixth try within a minute with 429", async () => {
    const { login } = await createUser();
    const statuses = [];
    for (let attempt = 0; attempt < 6; attempt += 1) {
      const response = await ask({ username: login, password: "wrong horse 8" }, "192.0.2.2");
      statuses.push(response.status);
      if (response.status === 429) expect(Number(response.headers.get("retry-after"))).toBeGreaterThan(50);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it("names a missing field", async () => {
    const response = await ask({ username: "someone" }, "192.0.2.3");
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ path: "password" }] });
  });

  it("refuses a login that no database can hold, as a client's mistake", async () => {
    const response = await ask({ username: "ad\0min", password: PASSWORD }, "192.0.2.5");
    expect(await response.json()).toMatchObject({ status: 422, errors: [{ path: "username" }] });
  });

  it("lets whoever must change the password leave, and nothing else", async () => {
    const { login } = await createUser({ mustChangePassword: true });
    const { access_token } = await (await ask({ username: login, password: PASSWORD }, "192.0.2.4")).json();
    const refused = await openapi(withToken(access_token, "/api/openapi.json"));
    expect(await refused.json()).toMatchObject({ status: 403, code: "password_change_required" });
    expect((await logout(withToken(access_token, "/api/logout", "POST"))).status).toBe(204);
  });

  it("asks for the code of a second factor, and takes a wrong one for a failed sign-in", async () => {
    const { id, login } = await createUser();
    await prisma().user.update({ where: { id }, data: { totpConfirmedAt: new Date() } });
    const attempt = async (fields: Record<string, string>) =>
      (await ask({ username: login, password: PASSWORD, ...fields }, "192.0.2.6")).json();
    // Asking for the code costs no attempt, however often; each wrong one does.
    for (let time = 0; time < 7; time += 1)
      expect(await attempt({})).toMatchObject({ status: 401, code: "otp_required" });
    for (let time = 0; time < 5; time += 1) {
      const wrong = { status: 401, code: "unauthenticated", errors: [{ path: "otp", rule: "wrong" }] };
      expect(await attempt({ otp: "000000" })).toMatchObject(wrong);
    }
    expect(await attempt({ otp: "000000" })).toMatchObject({ status: 429 });
    const audit = await prisma().auditLog.findMany({ where: { userId: id } });
    expect(audit.map(({ eventType, details }) => [eventType, details])).toEqual(
      Array(5).fill(["login_failed", { reason: "wrong_otp" }]),
    );
    expect(await prisma().session.count({ where: { userId: id } })).toBe(0);
  });
});
