// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import messages from "@/messages/en.json";
import { ChartBoard } from "./board";
import { HeatMap } from "./heat-map";

vi.mock("next/navigation", () => ({ useRouter: () => ({ push: vi.fn() }), usePathname: () => "/servers/local" }));

class Observer {
  constructor(readonly changed: (entries: { isIntersecting: boolean; contentRect: { width: number } }[]) => void) {}
  observe() {
    this.changed([{ isIntersecting: true, contentRect: { width: 134 } }]);
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

const core = (name: string, avg: (number | null)[]) => ({
  metric: "cpu.per_core",
  labels: { core: name },
  instance: name,
  unit: "percent",
  interval_s: 10,
  avg,
  min: [],
  max: [],
});

it("sums up its rows at the cursor or now, and paints cells by their level", () => {
  const span = { from: 0, to: 20 };
  const result = { step_s: 10, since: 0, ts: [0, 10], series: [core("0", [10, 95]), core("1", [60, 20])] };
  const { container } = render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <ChartBoard window={{ period: "1h", ...span }} initial={{ cores: { result, span } }}>
        <HeatMap
          id="cores"
          title="CPU per core"
          detail="% busy"
          rows={["0", "1"].map((name) => ({ name, series: `cpu.per_core{core="${name}"}` }))}
          query="cores"
          thresholds={{ warning: 70, critical: 90 }}
        />
      </ChartBoard>
    </NextIntlClientProvider>,
  );
  expect(screen.getByText("#0, 95%")).toBeTruthy();
  expect(screen.getByText("1 of 2")).toBeTruthy();
  const red = container.querySelector('path[fill="var(--heat-6)"]');
  expect(red?.getAttribute("d")).toMatch(/^M84,0h50v/);
  fireEvent.keyDown(screen.getByRole("slider"), { key: "Home" });
  expect(screen.getByText("#1, 60%")).toBeTruthy();
  expect(screen.getByText("0 of 2")).toBeTruthy();
});
