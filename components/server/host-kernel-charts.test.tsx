// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { QueryResult } from "@/lib/metrics/schema";
import messages from "@/messages/en.json";
import { ChartBoard } from "../charts/board";
import { CommandCharts, HostKernelCharts } from "./host-kernel-charts";
import type { Probes } from "./newest";

vi.mock("next/navigation", () => ({ useRouter: () => ({}), usePathname: () => "/servers/local" }));
// The frame needs a layout, which jsdom has not; the browser tests see it.
vi.mock("next/dynamic", () => ({ default: () => () => null }));

class Observer {
  observe() {}
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

const FROM = Date.parse("2026-03-01T12:00:00Z") / 1000;
const span = { from: FROM, to: FROM + 30 };
type Series = QueryResult["series"];

const line = (metric: string, value: number, labels: Record<string, string> = {}): Series[number] => {
  const avg = [value, value, value];
  return { metric, labels, instance: "", unit: "percent", interval_s: 10, avg, min: avg, max: avg };
};
const latestOf = (probe: string, unavailable: Record<string, string>): Probes => ({
  [probe]: { ts: "2026-03-01T12:00:00.000Z", data: { unavailable } },
});

function show(series: Series, latest: Probes) {
  const result = { step_s: 10, since: 0, ts: [0, 10, 20].map((second) => FROM + second), series };
  const initial = { main: { result, span }, commands: { result, span } };
  return render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <ChartBoard window={{ period: "1h", ...span }} initial={initial}>
        <HostKernelCharts main={series} latest={latest} />
        <CommandCharts commands={series} latest={latest} />
      </ChartBoard>
    </NextIntlClientProvider>,
  );
}

const legendOf = (name: string) =>
  within(screen.getByRole("region", { name }))
    .getAllByRole("button", { pressed: true })
    .map((one) => one.textContent);

describe("what the kernel tells", () => {
  it("is paging in the size that fits, faults, and pressure by what is waited for", () => {
    show(
      [
        line("memory_bandwidth.pgpgin_kb_per_sec", 2048),
        line("memory_bandwidth.pgpgout_kb_per_sec", 0),
        line("memory_bandwidth.major_faults_per_sec", 7),
        line("pressure.stall_percent", 12, { resource: "io", kind: "full" }),
        line("pressure.stall_percent", 30, { resource: "cpu", kind: "some" }),
      ],
      {},
    );
    expect(legendOf("Paging")).toEqual(["Read into memory2", "Written to disk0"]);
    expect(screen.getByText("MiB/s between memory and disks, 10 s")).toBeDefined();
    expect(legendOf("Swap and major faults")).toEqual(["Major faults7"]);
    expect(legendOf("Pressure")).toEqual(["CPU30%", "I/O, all12%"]);
  });

  it("is drawn while the newest sample lacks it, and says why where there is nothing at all", () => {
    const first = latestOf("pressure", { stall_percent: "needs a second sample" });
    show([line("pressure.stall_percent", 12, { resource: "io", kind: "some" })], first);
    expect(legendOf("Pressure")).toEqual(["I/O12%"]);
    cleanup();
    show([], latestOf("pressure", { stall_percent: "this kernel tells no pressure" }));
    expect(screen.getByText("this kernel tells no pressure")).toBeDefined();
  });
});

describe("commands", () => {
  it("have a line each", () => {
    const of = (command: string) => ({ command });
    show([line("processes.cpu_percent", 130, of("postgres")), line("processes.cpu_percent", 2, of("(kernel)"))], {});
    expect(legendOf("CPU by command")).toEqual(["(kernel)2%", "postgres130%"]);
  });

  it("leave it to the table to say why nothing is told", () => {
    show([], latestOf("processes", { rss_bytes: "told by Linux only" }));
    expect(screen.queryByText("CPU by command")).toBeNull();
    expect(screen.queryByText("told by Linux only")).toBeNull();
  });
});
