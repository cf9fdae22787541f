import { describe, expect, it } from "vitest";
import { AppError } from "../errors";
import { runAction } from "./action";

const OWN = new Headers({ host: "dozor.lan", origin: "http://dozor.lan" });

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
