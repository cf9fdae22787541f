// @vitest-environment jsdom
import { cleanup, render, screen, within } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Forecast } from "@/lib/fleet/forecast";
import type { QueryResult } from "@/lib/metrics/schema";
import messages from "@/messages/en.json";
import { ChartBoard } from "../charts/board";
import { FileSystems } from "./file-systems";
import { HostCpuCharts } from "./host-cpu-charts";
import { HostDiskCharts } from "./host-disk-charts";
import { HostMemoryCharts } from "./host-memory-charts";
import { HostNetworkCharts } from "./host-network-charts";
import type { Probes } from "./newest";

vi.mock("next/navigation", () => ({ useRouter: () => ({}), usePathname: () => "/servers/local" }));
// The frame needs a layout, which jsdom has not; the browser tests see it.
vi.mock("next/dynamic", () => ({ default: () => () => null }));
vi.mock("@/components/live/use-monitoring-web-socket", () => ({ useServerSample: () => undefined }));

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
const latestOf = (probe: string, data: object): Probes => ({ [probe]: { ts: "2026-03-01T12:00:00.000Z", data } });

function show(series: Series, charts: ReactNode) {
  const result = { step_s: 10, since: 0, ts: [0, 10, 20].map((second) => FROM + second), series };
  const answer = { result, span };
  return render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <ChartBoard window={{ period: "1h", ...span }} initial={{ main: answer, cores: answer, interfaces: answer }}>
        {charts}
      </ChartBoard>
    </NextIntlClientProvider>,
  );
}

const legendOf = (name: string) =>
  within(screen.getByRole("region", { name }))
    .getAllByRole("button", { pressed: true })
    .map((one) => one.textContent);

describe("processors", () => {
  const marks = { warning: 70, critical: 90 };
  const thresholds = { cpu_percent: marks } as Parameters<typeof HostCpuCharts>[0]["thresholds"];
  const show64 = (series: Series, latest: Probes) =>
    show(series, <HostCpuCharts main={series} cores={series} latest={latest} thresholds={thresholds} />);

  it("say of many cores how far their clocks are apart", () => {
    const clocks = [800, 3_200, 2_000].map((mhz, core) => line("cpu.frequency_mhz", mhz, { core: String(core) }));
    show64(clocks, {});
    expect(legendOf("Clock")).toEqual(["Highest3,200", "Mean2,000", "Lowest800"]);
  });

  it("say why nobody knows how warm they are", () => {
    show64([], latestOf("cpu", { unavailable: { temperature_celsius: "this machine shows no temperature sensor" } }));
    expect(screen.getByRole("region", { name: "Temperature" }).textContent).toContain("No temperature sensor");
  });
});

describe("what is known", () => {
  it("of very many sockets is drawn, with why the rest is not", () => {
    const sockets = ["established", "time_wait"].map((state) => line("network.tcp_sockets", 9, { state }));
    const reason = "200000 TCP sockets are open; states are counted up to 20000";
    const latest = latestOf("network", { unavailable: { "connections.tcp": reason } });
    const { rerender } = show(sockets, <HostNetworkCharts main={sockets} interfaces={[]} latest={latest} />);
    expect(legendOf("TCP sockets")).toEqual(["established9", "time wait9"]);
    expect(screen.getByRole("region", { name: "TCP sockets" }).textContent).toContain(reason);
    rerender(<div />);
    show([], <HostNetworkCharts main={[]} interfaces={[]} latest={latest} />);
    expect(screen.getByRole("region", { name: "TCP sockets" }).textContent).toContain(`Not available${reason}`);
  });

  it("of the hours before is drawn while the newest sample is the first of a collector", () => {
    const unavailable = { user: "needs a second sample", per_core: "needs a second sample" };
    const latest = latestOf("cpu", { unavailable });
    const thresholds = { cpu_percent: { warning: 70, critical: 90 } } as Parameters<
      typeof HostCpuCharts
    >[0]["thresholds"];
    const series = [line("cpu.user", 12), line("cpu.per_core", 12, { core: "0" })];
    show(series, <HostCpuCharts main={series} cores={series} latest={latest} thresholds={thresholds} />);
    expect(legendOf("CPU")).toEqual(["User12%"]);
    expect(screen.getByRole("region", { name: "CPU per core" }).textContent).not.toContain("second sample");
  });
});

it("stacks no more memory than there is, though shared memory is both used and cached", () => {
  const GIB = 1024 ** 3;
  const bytes = { used: 40, available: 24, free: 4, cached: 45, buffers: 1 };
  const series = Object.entries(bytes).map(([name, size]) => line(`memory.${name}_bytes`, size * GIB));
  const latest = latestOf("memory", { total_bytes: 64 * GIB });
  show(series, <HostMemoryCharts main={series} latest={latest} />);
  expect(legendOf("Memory")).toEqual(["Used40", "Cache, makes room20"]);
});

it("shows what each disk reads and writes, and how long its queue is", () => {
  const series = ["sda", "sdb"].flatMap((device, index) => [
    line("disk.utilisation_percent", 1, { device }),
    line("disk.read_iops", index + 1, { device }),
    line("disk.write_iops", 0, { device }),
    line("disk.queue_depth", 0.5, { device }),
  ]);
  show(series, <HostDiskCharts main={series} latest={{}} marks={{ warning: 100, critical: 500 }} />);
  expect(legendOf("Disk operations")).toEqual(["sda Read1", "sda Write0", "sdb Read2", "sdb Write0"]);
  expect(legendOf("Disk queue")).toEqual(["sda0.5", "sdb0.5"]);
});

it("tells interfaces apart, and joins the sockets' rare states", () => {
  const interfaces = ["eth0", "eth1"].flatMap((name) => [
    line("network.bytes_recv_per_sec", 125, { interface: name }),
    line("network.bytes_sent_per_sec", 0, { interface: name }),
    line("network.errors_in_per_sec", name === "eth1" ? 2 : 0, { interface: name }),
    line("network.drops_out_per_sec", 1, { interface: name }),
  ]);
  const sockets = ["established", "listen", "syn_sent", "closing"].map((state) =>
    line("network.tcp_sockets", 3, { state }),
  );
  const all = [...interfaces, ...sockets];
  show(all, <HostNetworkCharts main={all} interfaces={all} latest={{}} />);
  expect(legendOf("Traffic")).toEqual(["eth0 Sent0", "eth0 Received1", "eth1 Sent0", "eth1 Received1"]);
  expect(legendOf("Errors and drops")).toEqual(["eth01", "eth13"]);
  expect(legendOf("TCP sockets")).toEqual(["established3", "listen3", "Others6"]);
});

it("says when a file system will be full, and where that cannot be told yet", () => {
  const partition = (percent: number) => ({ device: "/dev/sda1", fstype: "ext4", usage_percent: percent });
  const partitions = { "/": partition(80), "/srv": partition(20), "/mnt/nfs": { fstype: "nfs4", usage_percent: null } };
  const unavailable = { "partitions./mnt/nfs": "the file system does not answer" };
  const latest = latestOf("disk", { partitions, unavailable });
  const forecasts: Record<string, Forecast> = { "/": { days: 5.04, bytesPerDay: 1e9, basis: 7 } };
  const thresholds = { warning: 70, critical: 90 };
  show([], <FileSystems server="local" initial={latest} forecasts={forecasts} thresholds={thresholds} />);
  const [, root, srv, nfs] = screen.getAllByRole("row").map((row) => row.textContent ?? "");
  expect(root).toContain("5 days");
  expect(srv).toContain("too early to say");
  expect(nfs).toContain("unknown: the file system does not answer");
});
