import { defineConfig } from "@playwright/test";

// Two files at a time, each test of a file after the one before: each file starts a Dozor of its own, and all share one machine.
export default defineConfig({
  testDir: "tests",
  testMatch: "{e2e,access}/**/*.spec.ts",
  outputDir: "test-results/browser",
  workers: 2,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  retries: 0,
});
