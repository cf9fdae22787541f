import { expect, it } from "vitest";
import { TEST_ENVIRONMENT } from "../../tests/support/database";
import { provideEnv } from "../env";
import { sealSession, unsealSession } from "./session-cookie";

const environment = { ...TEST_ENVIRONMENT, DATABASE_URL: "postgresql://127.0.0.1:1/none" };

it("opens a cookie as often as it comes, a changed one never, and none that another key has sealed", async () => {
  provideEnv(environment);
  const session = { id: "5c1f6f0e-2f5e-4d7e-9d52-0a2c6f9a1b11", secret: "a secret" };
  const cookie = await sealSession(session);
  expect(await unsealSession(cookie)).toEqual(session);
  expect(await unsealSession(cookie)).toEqual(session);
  expect(await unsealSession(`${cookie.slice(0, -2)}AA`)).toBeNull();
  provideEnv({ ...environment, AUTH_SECRET: "another-secret-of-32-characters-x" });
  expect(await unsealSession(cookie)).toBeNull();
  provideEnv(environment);
  expect(await unsealSession(cookie)).toEqual(session);
});
