// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogEntry, Logs } from "@/lib/syslog/schema";
import en from "@/messages/en.json";
import { LogList } from "./log-list";
import { parseLogQuery, type SearchParams } from "./log-query";

globalThis.ResizeObserver ??= class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

const entry = (id: number, over: Partial<LogEntry> = {}): LogEntry => ({
  ...{ id, timestamp: "2026-03-01T10:00:00.000Z", level: "info", source: "collector" },
  ...{ server: null, message: `entry ${id}`, details: {}, ...over },
});
const logs = (items: LogEntry[], cursor = 0): Logs => ({
  ...{ items, total: items.length, total_is_exact: true, limit: 100, offset: 0, cursor },
});
const messages = () => screen.queryAllByText(/^entry \d+$/).map((cell) => cell.textContent);
const asked: URL[] = [];
let answer: () => Response;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  asked.length = 0;
  answer = () => Response.json(logs([]));
  vi.stubGlobal("fetch", async (address: string) => {
    asked.push(new URL(address, "http://localhost"));
    return answer();
  });
  setHidden(false);
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setHidden(hidden: boolean) {
  Object.defineProperty(document, "hidden", { configurable: true, value: hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}

async function show(initial: Logs, parameters: SearchParams = {}) {
  await act(async () => {
    render(
      <NextIntlClientProvider locale="en" messages={en}>
        <LogList initial={initial} query={parseLogQuery(parameters)} />
      </NextIntlClientProvider>,
    );
  });
}
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe("following the log", () => {
  it("puts what comes on top, under the same filters, without asking for what it has", async () => {
    await show(logs([entry(5), entry(4)], 3), { level: "info", search: "entry" });
    answer = () => Response.json(logs([entry(7), entry(6), entry(5)], 5));
    await pass(2_000);
    expect(messages()).toEqual(["entry 7", "entry 6", "entry 5", "entry 4"]);
    expect(Object.fromEntries(asked[0]?.searchParams ?? [])).toMatchObject({
      ...{ after: "3", level: "info", search: "entry" },
    });
    await pass(2_000);
    expect(asked.at(-1)?.searchParams.get("after")).toBe("5");
    expect(messages()).toHaveLength(4);
  });

  it("asks nothing while it is off, while nobody sees the page, and on a page further back", async () => {
    await show(logs([entry(5)]));
    fireEvent.click(screen.getByRole("switch", { name: "Follow" }));
    const before = asked.length;
    await pass(10_000);
    expect(asked).toHaveLength(before);
    fireEvent.click(screen.getByRole("switch", { name: "Follow" }));
    await pass(1);
    expect(asked).toHaveLength(before + 1);
    setHidden(true);
    await pass(10_000);
    expect(asked).toHaveLength(before + 1);
    setHidden(false);
    await pass(1);
    expect(asked).toHaveLength(before + 2);
    cleanup();
    await show(logs([entry(5)]), { before: "6" });
    await pass(10_000);
    expect(asked).toHaveLength(before + 2);
    expect(screen.queryByRole("switch")).toBeNull();
    expect(screen.getByText("Back to the newest")).toBeTruthy();
  });

  it("says when there is no answer, goes on by itself, and ends with the session", async () => {
    await show(logs([entry(5)]));
    answer = () => new Response(null, { status: 500 });
    await pass(2_000);
    expect(screen.getByRole("status").textContent).toBe(en.logs.late);
    answer = () => Response.json(logs([entry(6)]));
    await pass(2_000);
    expect(messages()).toEqual(["entry 6", "entry 5"]);
    expect(screen.getByRole("status").textContent).toBe("");
    answer = () => new Response(null, { status: 401 });
    await pass(2_000);
    expect(screen.getByRole("status").textContent).toBe(en.logs.refused);
    const before = asked.length;
    await pass(10_000);
    expect(asked).toHaveLength(before);
  });
});

describe("an entry", () => {
  it("shows its details when asked, also while others come", async () => {
    await show(logs([entry(5, { details: { code: "refused" }, server: "a/b", level: "warning" })]));
    const button = screen.getByRole("button", { name: "Details of: entry 5" });
    expect(button.getAttribute("aria-expanded")).toBe("false");
    fireEvent.click(button);
    expect(screen.getByText(/"code": "refused"/)).toBeTruthy();
    answer = () => Response.json(logs([entry(6)]));
    await pass(2_000);
    expect(screen.getByText(/"code": "refused"/)).toBeTruthy();
    expect(screen.getByRole("link", { name: "a/b" }).getAttribute("href")).toBe("/servers/a%2Fb");
  });

  it("is missed in words that fit the reason", async () => {
    await show(logs([]));
    expect(screen.getByText(en.logs.emptyTitle)).toBeTruthy();
    cleanup();
    await show(logs([]), { level: "error" });
    expect(screen.getByText(en.logs.noMatch)).toBeTruthy();
  });
});
