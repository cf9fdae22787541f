// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import messages from "@/messages/en.json";
import { ChartBoard } from "./board";
import { metricBefore } from "./earlier";
import { TimeSeries, type TimeSeriesProps } from "./time-series";

const push = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }), usePathname: () => "/servers/local" }));
// The frame needs a layout, which jsdom has not; the browser tests see it.
vi.mock("next/dynamic", () => ({ default: () => () => null }));

class Observer {
  constructor(readonly changed: (entries: { isIntersecting: boolean; contentRect: { width: number } }[]) => void) {}
  observe() {
    this.changed([{ isIntersecting: true, contentRect: { width: 600 } }]);
  }
  disconnect() {}
}

beforeEach(() => {
  vi.stubGlobal("IntersectionObserver", Observer);
  vi.stubGlobal("ResizeObserver", Observer);
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const series = (metric: string, avg: (number | null)[]): QueryResult["series"][number] => ({
  metric,
  labels: {},
  instance: "",
  unit: "percent",
  interval_s: 10,
  avg,
  min: avg,
  max: avg,
});
const FROM = Date.parse("2026-03-01T12:00:00Z") / 1000;
const ts = [0, 10, 20].map((second) => FROM + second);

function show(
  all: QueryResult["series"],
  more: Partial<TimeSeriesProps> & { to?: number; shiftSeconds?: number; since?: number } = {},
) {
  const { to = FROM + 30, shiftSeconds, since = 0, ...props } = more;
  const span = { from: FROM, to };
  const line = (key: string, label: string) => ({ key, label, color: "red", of: [key] });
  return render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <ChartBoard
        window={{ period: "1h", ...span }}
        initial={{
          main: { result: { step_s: 10, since, ts, series: all }, span, ...(shiftSeconds && { shiftSeconds }) },
        }}
      >
        <TimeSeries
          id="cpu"
          title="CPU"
          unit="percent"
          detail="of 16 cores"
          kind="stacked"
          lines={[line("cpu.user", "User"), line("cpu.system", "System")]}
          {...props}
        />
      </ChartBoard>
    </NextIntlClientProvider>,
  );
}

const LINE = { key: "cpu.user", label: "User", color: "red" };
const usual = [series("cpu.user", [10, 20, 47.6]), series("cpu.system", [1, null, 12.1])];

describe("TimeSeries", () => {
  it("names unit and resolution, and reads out the newest values", () => {
    show(usual);
    expect(screen.getByRole("region", { name: "CPU" })).toBeTruthy();
    expect(screen.getByText("% of 16 cores, 10 s")).toBeTruthy();
    expect(screen.getByRole("button", { name: /User/ }).textContent).toBe("User47.6%");
  });

  it("reads out the values where arrow keys put the cursor, and says so", () => {
    show(usual);
    const cursor = screen.getByRole("slider", { name: /CPU/ });
    fireEvent.keyDown(cursor, { key: "Home" });
    expect(cursor.getAttribute("aria-valuetext")).toMatch(/User 10%, System 1%/);
    fireEvent.keyDown(cursor, { key: "ArrowRight" });
    expect(cursor.getAttribute("aria-valuetext")).toMatch(/User 20%, System/);
    expect(screen.getByRole("button", { name: /User/ }).textContent).toBe("User20%");
    fireEvent.keyDown(cursor, { key: "Escape" });
    expect(screen.getByRole("button", { name: /User/ }).textContent).toBe("User47.6%");
  });

  it("takes a line out and brings it back", () => {
    show(usual);
    const user = screen.getByRole("button", { name: /User/ });
    fireEvent.click(user);
    expect(user.getAttribute("aria-pressed")).toBe("false");
    fireEvent.click(user);
    expect(user.getAttribute("aria-pressed")).toBe("true");
  });

  it("shows its values as a table, newest first, unknown ones as a dash", async () => {
    show(usual);
    const menu = screen.getByRole("button", { name: "More about “CPU”" });
    await act(async () => void fireEvent.keyDown(menu, { key: "Enter" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Show as a table" }));
    const rows = within(await screen.findByRole("table")).getAllByRole("row");
    expect(rows.map((row) => row.textContent)).toEqual([
      "TimeUserSystem",
      expect.stringMatching(/47.6%12.1%$/),
      expect.stringMatching(/20%–$/),
      expect.stringMatching(/10%1%$/),
    ]);
  });

  it("names the range before and its value where the board lays one under", () => {
    const before = series(metricBefore("cpu.user"), [3, 4, 5]);
    show([...usual, before], { kind: "lines", lines: [{ ...LINE, of: ["cpu.user"] }], shiftSeconds: 3_600 });
    expect(screen.getByRole("button", { name: /^Previous period/ }).textContent).toBe("Previous period5%");
    cleanup();
    show([...usual, before]);
    expect(screen.queryByRole("button", { name: /^Previous period/ })).toBeNull();
  });

  it("tells what happened at the cursor, and lists it with its values", async () => {
    const marks = [
      { at: FROM + 11, label: "local is down", kind: "critical" as const },
      { at: FROM - 500, label: "long ago", kind: "plain" as const },
    ];
    show(usual, { marks });
    const cursor = screen.getByRole("slider", { name: /CPU/ });
    fireEvent.keyDown(cursor, { key: "Home" });
    expect(cursor.getAttribute("aria-valuetext")).not.toContain("down");
    fireEvent.keyDown(cursor, { key: "ArrowRight" });
    expect(cursor.getAttribute("aria-valuetext")).toMatch(/User 20%.*\. local is down$/);
    await act(async () => void fireEvent.keyDown(screen.getByRole("button", { name: /^More/ }), { key: "Enter" }));
    fireEvent.click(await screen.findByRole("menuitem", { name: "Show as a table" }));
    const list = within(await screen.findByRole("dialog")).getByRole("list");
    expect(list.textContent).toContain("local is down");
    expect(list.textContent).not.toContain("long ago");
  });

  it("says since when it is stale", () => {
    show(usual, { to: FROM + 300 });
    expect(screen.getByText(/^stale since/)).toBeTruthy();
  });

  it.each([
    { name: "nothing has come in yet", more: { since: FROM + 10 }, all: [], text: "First values in a few seconds" },
    { name: "nothing comes in any more", more: {}, all: [], text: "No values in this period" },
    { name: "a reason is known", more: { unavailable: "No swap space." }, all: usual, text: "No swap space." },
    {
      name: "there is no line",
      more: { lines: [] },
      all: usual,
      text: "Nothing of this kind has been collected from this server.",
    },
  ])("says so when $name", ({ more, all, text }) => {
    show(all, more);
    expect(screen.getByText(text)).toBeTruthy();
  });
});
