// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Board, ChartBoard, useBoard } from "@/components/charts/board";
import type { Period } from "@/components/charts/time-window";
import type { Sample } from "@/lib/live/messages";
import type { QueryResult } from "@/lib/metrics/schema";
import messages from "@/messages/en.json";
import { ChartFeed } from "./chart-feed";
import { PauseButton } from "./pause-button";

const live = vi.hoisted(() => ({ sample: undefined as unknown }));
const router = vi.hoisted(() => ({ push: vi.fn(), refresh: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => router, usePathname: () => "/servers/local" }));
vi.mock("@/components/live/use-monitoring-web-socket", () => ({ useServerSample: () => live.sample }));

const NOW = Date.parse("2026-03-01T12:00:00Z") / 1000;
const answer = (step: number, ts: number[], values: (number | null)[]): QueryResult => ({
  step_s: step,
  since: 0,
  ts,
  series: [
    {
      metric: "cpu.user",
      labels: {},
      instance: "",
      unit: "percent",
      interval_s: 5,
      avg: values,
      min: values,
      max: values,
    },
  ],
});

let board: Board;
function Spy() {
  board = useBoard();
  return null;
}

const Shown = ({ children }: { children: ReactNode }) => (
  <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
    {children}
  </NextIntlClientProvider>
);

const QUERIES = [{ name: "main", metrics: ["cpu.user"], points: 362 }];
const LOCATORS = [{ key: "cpu.user", probe: "cpu", path: ["user"] }];

function page(period: Period, seconds: number, result: QueryResult) {
  const span = { from: NOW - seconds, to: NOW };
  const initial = { main: { result, span } };
  const window = { period, ...span };
  return () => (
    <Shown>
      <ChartBoard window={window} initial={initial}>
        <ChartFeed server="local" queries={QUERIES} locators={LOCATORS} asOf={NOW} />
        <PauseButton />
        <Spy />
      </ChartBoard>
    </Shown>
  );
}

const shown = () => board.data.main?.columns.get("cpu.user")?.avg;

beforeEach(() => {
  router.refresh.mockClear();
  live.sample = undefined;
  vi.useFakeTimers({ now: NOW * 1000 });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("ChartFeed", () => {
  it("asks for new steps only, when a step has passed, and moves the window on", async () => {
    const fetched = vi.fn(async (_address: string) => Response.json(answer(10, [NOW - 20, NOW - 10, NOW], [2, 3, 4])));
    vi.stubGlobal("fetch", fetched);
    const Page = page("1h", 3600, answer(10, [NOW - 20, NOW - 10], [1, null]));
    render(<Page />);
    await act(() => vi.advanceTimersByTimeAsync(9_000));
    expect(fetched).not.toHaveBeenCalled();
    await act(() => vi.advanceTimersByTimeAsync(1_500));
    const asked = new URL(fetched.mock.calls[0]?.[0] ?? "", "http://localhost").searchParams;
    expect(Object.fromEntries(asked)).toMatchObject({ server: "local", metrics: "cpu.user", from: String(NOW - 30) });
    expect(shown()).toEqual([2, 3, 4]);
    expect(board.data.main?.to).toBeCloseTo(NOW + 10, 0);
  });

  it("has the page chosen anew when a series came up, once", async () => {
    const both = answer(10, [NOW - 10, NOW], [2, 3]);
    const [one] = both.series;
    if (one) both.series.push({ ...one, metric: "cpu.system" });
    vi.stubGlobal(
      "fetch",
      vi.fn(async () => Response.json(both)),
    );
    const Page = page("1h", 3600, answer(10, [NOW - 20, NOW - 10], [1, 2]));
    render(<Page />);
    await act(() => vi.advanceTimersByTimeAsync(30_500));
    expect(router.refresh).toHaveBeenCalledTimes(1);
  });

  it("keeps what is shown when the question fails, and asks again", async () => {
    const fetched = vi.fn(async () => new Response("", { status: 503 }));
    vi.stubGlobal("fetch", fetched);
    const Page = page("1h", 3600, answer(10, [NOW - 20, NOW - 10], [1, 2]));
    render(<Page />);
    await act(() => vi.advanceTimersByTimeAsync(20_500));
    expect(fetched).toHaveBeenCalledTimes(2);
    expect(shown()).toEqual([1, 2]);
  });

  it("has the page made anew where new steps would not fit on what is laid under", async () => {
    const fetched = vi.fn();
    vi.stubGlobal("fetch", fetched);
    const span = { from: NOW - 3600, to: NOW };
    const initial = { main: { result: answer(10, [NOW - 3500], [1]), span, shiftSeconds: 3600 } };
    render(
      <ChartBoard window={{ period: "1h", ...span }} initial={initial}>
        <ChartFeed server="local" queries={QUERIES} locators={LOCATORS} asOf={NOW} />
      </ChartBoard>,
    );
    await act(() => vi.advanceTimersByTimeAsync(10_500));
    expect(router.refresh).toHaveBeenCalledTimes(1);
    expect(fetched).not.toHaveBeenCalled();
  });

  it("does not move a fixed range", async () => {
    const fetched = vi.fn();
    vi.stubGlobal("fetch", fetched);
    const result = answer(10, [NOW - 10], [1]);
    const span = { from: NOW - 3600, to: NOW };
    render(
      <ChartBoard window={{ period: null, ...span }} initial={{ main: { result, span } }}>
        <ChartFeed server="local" queries={QUERIES} locators={LOCATORS} asOf={NOW} />
        <Spy />
      </ChartBoard>,
    );
    await act(() => vi.advanceTimersByTimeAsync(60_000));
    expect(fetched).not.toHaveBeenCalled();
    expect(board.data.main?.to).toBe(NOW);
  });

  it("takes live samples second by second over five minutes, each once", async () => {
    const Page = page("5m", 300, answer(1, [NOW - 5], [1]));
    const { rerender } = render(<Page />);
    const sample: Sample = {
      server: "local",
      probes: { cpu: { ts: new Date((NOW + 1) * 1000).toISOString(), data: { user: 42 } } },
    };
    live.sample = sample;
    rerender(<Page />);
    await act(() => vi.advanceTimersByTimeAsync(2_000));
    expect(board.data.main?.ts).toEqual([NOW - 5, NOW + 1]);
    expect(shown()).toEqual([1, 42]);
    expect(board.data.main?.to).toBeCloseTo(NOW + 2, 0);
  });

  it("stands still while it is paused, and catches up afterwards", async () => {
    const fetched = vi.fn(async () => Response.json(answer(1, [NOW, NOW + 1], [7, 8])));
    vi.stubGlobal("fetch", fetched);
    const Page = page("5m", 300, answer(1, [NOW - 5], [1]));
    const { rerender } = render(<Page />);
    fireEvent.click(screen.getByRole("button", { name: "Pause" }));
    live.sample = { server: "local", probes: { cpu: { ts: new Date(NOW * 1000).toISOString(), data: { user: 42 } } } };
    rerender(<Page />);
    await act(() => vi.advanceTimersByTimeAsync(3_000));
    expect(shown()).toEqual([1]);
    expect(board.data.main?.to).toBe(NOW);
    expect(fetched).not.toHaveBeenCalled();
    fireEvent.click(screen.getByRole("button", { name: "Go on" }));
    await act(() => vi.advanceTimersByTimeAsync(1_000));
    expect(fetched).toHaveBeenCalledTimes(1);
    expect(shown()?.slice(-2)).toEqual([7, 8]);
    expect(board.data.main?.to).toBeCloseTo(NOW + 4, 0);
  });
});
