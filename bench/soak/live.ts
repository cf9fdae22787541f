// The Host page at one second in a browser, for an hour or as many minutes as are named: its memory and CPU, and those of the product.
import { setTimeout as sleep } from "node:timers/promises";
import { type CDPSession, chromium, type Page } from "playwright";
import { newDataDir, removeData, startApp } from "../../tests/e2e/support/app";
import { BROWSER_FLAGS, findBrowser } from "../../tests/support/browser";
import { median } from "../support/measure";
import { ADMIN } from "../support/pages";
import { familyCpuSeconds, familyMemory } from "../support/processes";

const WARM_MS = 60_000;
/** Growth from the first quarter of the minutes to the last that is no leak, but what goes up and down. */
const MOST_GROWTH = { page_heap_mib: 8, dom_nodes: 1_000, server_mib: 80 };

interface Minute {
  page_heap_mib: number;
  dom_nodes: number;
  listeners: number;
  /** Of one processor. */
  page_cpu_percent: number;
  server_cpu_percent: number;
  server_mib: number;
}

/** Chromium's own counters; garbage is collected before. */
async function metricsOf(session: CDPSession): Promise<Record<string, number>> {
  await session.send("HeapProfiler.collectGarbage");
  const { metrics } = await session.send("Performance.getMetrics");
  return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
}

async function* minutesOf(page: Page, pid: number, count: number): AsyncGenerator<Minute> {
  const session = await page.context().newCDPSession(page);
  await session.send("Performance.enable");
  for (let minute = 0; minute < count; minute++) {
    const [before, server, at] = [await metricsOf(session), familyCpuSeconds(pid), performance.now()];
    await sleep(60_000);
    const now = await metricsOf(session);
    const percent = (seconds: number) => (100_000 * seconds) / (performance.now() - at);
    yield {
      page_heap_mib: (now.JSHeapUsedSize ?? 0) / 2 ** 20,
      dom_nodes: now.Nodes ?? 0,
      listeners: now.JSEventListeners ?? 0,
      page_cpu_percent: percent((now.TaskDuration ?? 0) - (before.TaskDuration ?? 0)),
      server_cpu_percent: percent(familyCpuSeconds(pid) - server),
      server_mib: familyMemory(pid),
    };
  }
}

async function openHostPage(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.getByLabel("Login").fill(ADMIN.username);
  await page.getByLabel("Password", { exact: true }).fill(ADMIN.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.waitForURL(`${url}/`);
  await page.goto(`${url}/servers/local/host`);
  await page.locator(".recharts-surface").first().waitFor();
  // Who looks at it waits for numbers that move.
  await sleep(WARM_MS);
}

/** What grew by more than it may, from the median of the first quarter to that of the last. */
function grownIn(minutes: readonly Minute[]): string[] {
  const quarter = Math.max(1, Math.floor(minutes.length / 4));
  return Object.entries(MOST_GROWTH).flatMap(([name, most]) => {
    const of = (some: readonly Minute[]) => median(some.map((minute) => minute[name as keyof Minute]));
    const growth = of(minutes.slice(-quarter)) - of(minutes.slice(0, quarter));
    return growth > most ? [`${name} grew by ${growth.toFixed(1)}`] : [];
  });
}

const count = Number(process.argv[2] ?? 60);
const dataDir = newDataDir();
const app = await startApp({ dataDir, startMs: 600_000, env: { ADMIN_PASSWORD: ADMIN.password } });
const { executablePath, env } = await findBrowser();
const browser = await chromium.launch({
  ...{ executablePath, args: BROWSER_FLAGS },
  env: { ...(process.env as Record<string, string>), ...env },
});
const minutes: Minute[] = [];
const errors: string[] = [];
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  page.on("pageerror", (error) => errors.push(error.message));
  await openHostPage(page, app.url);
  for await (const minute of minutesOf(page, app.pid, count)) {
    minutes.push(minute);
    const told = Object.entries(minute).map(([name, value]) => `${name} ${value.toFixed(1)}`);
    console.log(`minute ${minutes.length}: ${told.join(", ")}`);
  }
} finally {
  await browser.close();
  await app.stop();
  removeData(dataDir);
}
const middle = (name: keyof Minute) => median(minutes.map((minute) => minute[name])).toFixed(1);
console.log(
  `in ${count} min: page ${middle("page_cpu_percent")} % of a processor, ${middle("page_heap_mib")} MiB of heap; product ${middle("server_cpu_percent")} % of a processor, ${middle("server_mib")} MiB`,
);
const grown = [...grownIn(minutes), ...errors.map((message) => `the page failed: ${message}`)];
for (const what of grown) console.log(what);
console.log(grown.length > 0 ? "not steady" : "steady");
process.exit(grown.length > 0 ? 1 : 0);
