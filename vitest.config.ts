import path from "node:path";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": path.resolve(import.meta.dirname) } },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["{lib,app,components,tests}/**/*.test.{ts,tsx}"],
          exclude: ["tests/lifecycle/**", "tests/postgres/**", "tests/e2e/**"],
        },
      },
      {
        extends: true,
        // Each test starts several processes, some of which crash and recover.
        test: {
          name: "lifecycle",
          environment: "node",
          include: ["tests/lifecycle/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      { extends: true, test: { name: "postgres", environment: "node", include: ["tests/postgres/**/*.test.ts"] } },
    ],
    globalSetup: ["tests/support/global-setup.ts"],
    pool: "forks",
    // One more than the processors of a small machine: much of the time goes by waiting.
    maxWorkers: 3,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    env: { LOG_LEVEL: "silent" },
  },
});
