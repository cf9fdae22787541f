// What every browser test begins with: a browser, a signed-in person, an API client.
import { type BrowserContext, test as base, expect, type Page } from "@playwright/test";
import { BROWSER_FLAGS, findBrowser } from "../../support/browser";
import type { App } from "./app";

export const NEW_PASSWORD = "quiet-harbour-42-lamp";

/** Playwright's own `browser`, replaced by the Chromium that is there. */
export const test = base.extend<object, { browser: import("@playwright/test").Browser }>({
  browser: [
    async ({ playwright }, use) => {
      const { executablePath, env } = await findBrowser();
      const browser = await playwright.chromium.launch({
        executablePath,
        args: BROWSER_FLAGS,
        env: { ...(process.env as Record<string, string>), ...env },
      });
      await use(browser);
      await browser.close();
    },
    { scope: "worker" },
  ],
});

export { expect };

/** Fills the sign-in form of the page that is open. */
export async function signIn(page: Page, login: string, password: string): Promise<void> {
  await page.getByLabel("Login").fill(login);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Signs in with the generated password and chooses another, as a new user has to. */
export async function firstSignIn(page: Page, app: App): Promise<void> {
  await page.goto(app.url);
  await signIn(page, "admin", app.password ?? "");
  await page.getByLabel("Current password").fill(app.password ?? "");
  await page.getByLabel("New password", { exact: true }).fill(NEW_PASSWORD);
  await page.getByLabel("New password again").fill(NEW_PASSWORD);
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Overview" })).toBeVisible();
}

/** Reads an API call as the person of this browser. */
export async function get<T>(context: BrowserContext, app: App, path: string): Promise<T> {
  const response = await context.request.get(app.url + path);
  expect(response.status(), `${path}: ${await response.text()}`).toBe(200);
  return (await response.json()) as T;
}

/** A bearer token by the form that existing clients send. */
export async function tokenOf(app: App, login: string, password: string): Promise<string> {
  const response = await fetch(`${app.url}/api/token`, {
    method: "POST",
    body: new URLSearchParams({ username: login, password }),
  });
  expect(response.status).toBe(200);
  return ((await response.json()) as { access_token: string }).access_token;
}
