import { afterEach, expect, it, vi } from "vitest";
import { provideEnv } from "../env";
import { startInBackground } from "./background";
import { startCollector } from "./index";

vi.mock("./index", () => ({ startCollector: vi.fn(async () => async () => {}) }));
const shared = globalThis as { dozorShutdown?: unknown[] };

afterEach(() => {
  vi.clearAllMocks();
  shared.dozorShutdown = undefined;
  provideEnv({ ROLE: "all" });
});

it("starts none where cron says when", () => {
  provideEnv({ CRON_SECRET: "tide-7-lantern-cron" });
  startInBackground();
  expect(startCollector).not.toHaveBeenCalled();
  provideEnv({ CRON_SECRET: "" });
});

it.each([
  ["all", 1],
  ["collector", 1],
  ["web", 0],
])("ROLE=%s starts %d collectors", async (role, started) => {
  provideEnv({ ROLE: role });
  startInBackground();
  await expect.poll(() => shared.dozorShutdown?.length ?? 0).toBe(started);
  expect(startCollector).toHaveBeenCalledTimes(started);
});

it("tries again until the collector starts, and leaves its stop to the shutdown", async () => {
  vi.mocked(startCollector).mockRejectedValueOnce(new Error("our database does not answer yet"));
  startInBackground();
  await expect.poll(() => shared.dozorShutdown?.length, { timeout: 5_000 }).toBe(1);
  expect(startCollector).toHaveBeenCalledTimes(2);
});
