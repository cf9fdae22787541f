import { defineConfig } from "@playwright/test";

// One after another: each file starts a Dozor of its own, and all of them share the machine they measure.
export default defineConfig({
  testDir: "tests",
  testMatch: "{e2e,access}/**/*.spec.ts",
  outputDir: "test-results/browser",
  workers: 1,
  fullyParallel: false,
  timeout: 120_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  retries: 0,
});
