// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it, vi } from "vitest";
import messages from "@/messages/en.json";
import { AddCharts } from "./add-charts";
import { type HistoryState, parseHistory } from "./address";

const push = vi.hoisted(() => vi.fn());
vi.mock("next/navigation", () => ({ useRouter: () => ({ push }) }));
vi.mock("../shell/use-server-names", () => ({
  useServerNames: () => ({ state: "ready", servers: [{ name: "db-2" }, { name: "db-1" }] }),
}));

const METRICS = [
  { metric: "cpu.user", probe: "cpu", unit: "percent", help: "Time in programs", instances: [{}] },
  {
    metric: "disk.read_iops",
    probe: "disk",
    unit: "1/s",
    help: "Reads completed per second",
    instances: [{ device: "sda" }, { device: "sdb" }],
  },
];
const state: HistoryState = {
  ...parseHistory({ compare: "yesterday" }, 1_000_000),
  charts: [{ server: "db-1", metric: "memory.used_bytes", instances: [] }],
};

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  push.mockClear();
});

function open(answer: () => Promise<Response>) {
  const fetched = vi.fn((_address: string) => answer());
  vi.stubGlobal("fetch", fetched);
  render(
    <NextIntlClientProvider locale="en" messages={messages} timeZone="UTC">
      <AddCharts state={state} />
    </NextIntlClientProvider>,
  );
  fireEvent.click(screen.getByRole("button", { name: "Add charts" }));
  return fetched;
}

describe("AddCharts", () => {
  it("offers what the server has, and adds what was ticked to what is shown", async () => {
    const fetched = open(async () => Response.json({ metrics: METRICS }));
    fireEvent.click(await screen.findByRole("checkbox", { name: /disk.read_iops/ }));
    fireEvent.click(screen.getByRole("checkbox", { name: "sdb" }));
    expect(fetched.mock.calls[0]?.[0]).toBe("/api/history/series?server=db-1");
    fireEvent.click(screen.getByRole("button", { name: "Add 1 chart" }));
    const charts = "chart=db-1%2Fmemory.used_bytes&chart=db-1%2Fdisk.read_iops%7Bdevice%3D%22sdb%22%7D";
    expect(push).toHaveBeenCalledWith(`/history?${charts}&compare=yesterday`, { scroll: false });
    expect(screen.queryByRole("dialog")).toBeNull();
  });

  it("asks another server when it is chosen, and forgets what was ticked", async () => {
    const fetched = open(async () => Response.json({ metrics: METRICS }));
    fireEvent.click(await screen.findByRole("checkbox", { name: /cpu.user/ }));
    fireEvent.change(screen.getByLabelText("Server"), { target: { value: "db-2" } });
    expect(fetched.mock.calls.at(-1)?.[0]).toBe("/api/history/series?server=db-2");
    expect(screen.getByText("Nothing chosen")).toBeTruthy();
  });

  it("narrows the list by a search", async () => {
    open(async () => Response.json({ metrics: METRICS }));
    await screen.findByRole("checkbox", { name: /cpu.user/ });
    fireEvent.change(screen.getByLabelText("Search metrics"), { target: { value: "sda" } });
    expect(screen.getAllByRole("checkbox")).toHaveLength(1);
    fireEvent.change(screen.getByLabelText("Search metrics"), { target: { value: "nonsense" } });
    expect(screen.getByText("No metric of this server matches “nonsense”.")).toBeTruthy();
  });

  it("says that it failed, and asks again", async () => {
    const answers = [new Response("", { status: 503 }), Response.json({ metrics: METRICS })];
    open(async () => answers.shift() ?? Response.error());
    fireEvent.click(await screen.findByRole("button", { name: "Try again" }));
    expect(await screen.findByRole("checkbox", { name: /cpu.user/ })).toBeTruthy();
  });
});
