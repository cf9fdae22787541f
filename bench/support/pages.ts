// Pages of the built product as a browser asks for them: with the cookies of somebody who has signed in.
import { chromium } from "playwright";
import { BROWSER_FLAGS, findBrowser } from "../../tests/support/browser";
import { median } from "./measure";

export const ADMIN = { username: "admin", password: "quiet-harbour-42-lamp" };

/** The cookies of the administrator, who signs in with a browser: pages take nothing else. */
export async function signIn(url: string): Promise<{ cookie: string }> {
  const { executablePath, env } = await findBrowser();
  const browser = await chromium.launch({
    ...{ executablePath, args: BROWSER_FLAGS },
    env: { ...(process.env as Record<string, string>), ...env },
  });
  const page = await browser.newPage();
  await page.goto(url);
  await page.getByLabel("Login").fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${url}/`);
  const cookies = await page.context().cookies();
  await browser.close();
  return { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join("; ") };
}

export interface PageTime {
  /** Until its last byte, the middle one. */
  ms: number;
  bytes: number;
}

/** Asks again and again; the first answers are no part of it. @throws where the answer is not what it should be */
export async function timePage(
  address: string,
  { headers, holds, times }: { headers: Record<string, string>; holds: string; times: number },
): Promise<PageTime> {
  const took: number[] = [];
  let bytes = 0;
  for (let i = 0; i < times + WARM; i++) {
    const began = performance.now();
    const answer = await fetch(address, { headers });
    const text = await answer.text();
    took.push(performance.now() - began);
    if (!answer.ok || !text.includes(holds)) throw new Error(`${address}: ${answer.status}, and no ${holds} in it`);
    bytes = text.length;
  }
  return { ms: median(took.slice(WARM)), bytes };
}

const WARM = 5;

/** A line for people, against the goal of 200 ms. */
export const told = (what: string, { ms, bytes }: PageTime): string =>
  `${what}: median ${ms.toFixed(0)} ms (goal 200), ${(bytes / 1024).toFixed(0)} KiB`;
