import { describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { AppError } from "../errors";
import { systemActor } from "../users/permissions";
import { action, publicAction, runAction } from "./action";

const OWN = new Headers({ host: "dozor.lan", origin: "http://dozor.lan" });
const asking = vi.hoisted(() => ({ headers: new Headers(), userId: "" }));
vi.mock("next/headers", () => ({ headers: async () => asking.headers }));
vi.mock("./actor", () => ({ currentActor: async () => ({ ...systemActor(), kind: "user", userId: asking.userId }) }));

describe("runAction", () => {
  it("gives data, with what is known of the client", async () => {
    const headers = new Headers([...OWN, ["user-agent", "test"], ["x-dozor-remote", "192.0.2.1"]]);
    const result = await runAction(headers, async ({ ip, userAgent }) => ({ ip, userAgent }));
    expect(result).toEqual({ ok: true, data: { ip: "192.0.2.1", userAgent: "test" } });
  });

  it("gives an expected refusal in full", async () => {
    const fields = [{ path: "login", message: "Login: enter it" }];
    const result = await runAction(OWN, async () => {
      throw new AppError("invalid", "The form is not valid.", { fields });
    });
    expect(result).toEqual({ ok: false, error: { code: "invalid", message: "The form is not valid.", fields } });
  });

  it("gives away nothing of an unexpected failure", async () => {
    const result = await runAction(OWN, async () => {
      throw new Error("secret at /srv");
    });
    expect(result).toMatchObject({ ok: false, error: { code: "internal", fields: [] } });
    expect(JSON.stringify(result)).not.toContain("secret");
  });

  it("does nothing for another site", async () => {
    let ran = false;
    const foreign = new Headers({ host: "dozor.lan", origin: "https://evil.example" });
    const result = await runAction(foreign, async () => {
      ran = true;
    });
    expect(result).toMatchObject({ ok: false, error: { code: "forbidden" } });
    expect(ran).toBe(false);
  });
});

describe("600 actions a minute", () => {
  const from = (address: string) => new Headers([...OWN, ["x-dozor-remote", address]]);
  const answers = async (act: (input: unknown) => Promise<{ ok: boolean }>) => {
    const results = [];
    for (let turn = 0; turn <= 600; turn += 1) results.push(await act({}));
    return [results.filter(({ ok }) => ok).length, results.at(-1)];
  };
  const TOO_MANY = { ok: false, error: { code: "too_many_requests", retryAfterSeconds: expect.any(Number) } };

  it("for each user, whatever the address", async () => {
    Object.assign(asking, { headers: from("192.0.2.10"), userId: "anna" });
    const act = action(z.object({}), async () => null);
    expect(await answers(act)).toMatchObject([600, TOO_MANY]);
    asking.userId = "otto";
    expect(await act({})).toEqual({ ok: true, data: null });
  });

  it("for each address of people who are not signed in", async () => {
    asking.headers = from("192.0.2.11");
    const act = publicAction(z.object({}), async () => null);
    expect(await answers(act)).toMatchObject([600, TOO_MANY]);
    asking.headers = from("192.0.2.12");
    expect(await act({})).toEqual({ ok: true, data: null });
  });
});
