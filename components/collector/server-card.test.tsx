// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CollectedServer, ProbeRuns } from "@/lib/collector/schema";
import en from "@/messages/en.json";
import { ServerCard } from "./server-card";

const refresh = vi.fn();
const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn(), info: vi.fn() }));
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
vi.mock("sonner", () => ({ toast }));

const NOW = Date.parse("2026-03-01T10:00:00Z");
const probe = (over: Partial<ProbeRuns> = {}): ProbeRuns => ({
  ...{ probe: "sizes", facet: "postgres", interval_seconds: 1_800, last_run_at: "2026-03-01T09:59:00.000Z" },
  ...{ duration_ms: 12, outcome: "ok", code: null, message: null, last_success_at: "2026-03-01T09:59:00.000Z" },
  ...{ failures: 0, failures_last_hour: 0, skipped: 0, next_run_at: "2026-03-01T10:29:00.000Z", ...over },
});
const server = (over: Partial<CollectedServer> = {}): CollectedServer => ({
  ...{ id: 2, name: "shop", enabled: true, status: "up", reason: null, instance: "host:7:ab12" },
  ...{ probes: [probe()], ...over },
});
const actions = { run: vi.fn(), setEnabled: vi.fn() };
const page = (shown: CollectedServer) => (
  <NextIntlClientProvider locale="en" messages={en}>
    <ServerCard server={shown} actions={actions} asOf={NOW} />
  </NextIntlClientProvider>
);
const button = (name: RegExp) => screen.getByRole<HTMLButtonElement>("button", { name });

beforeEach(() => {
  vi.useFakeTimers();
  vi.setSystemTime(NOW);
  for (const mock of [refresh, toast.success, toast.error, toast.info]) mock.mockReset();
  actions.run.mockReset().mockResolvedValue({ ok: true, data: {} });
  actions.setEnabled.mockReset().mockResolvedValue({ ok: true, data: {} });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
});
const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

describe("run now", () => {
  it("has the page made anew until the run is there, and says what became of it", async () => {
    const { rerender } = render(page(server()));
    fireEvent.click(button(/^Run sizes of shop now/));
    expect(actions.run).toHaveBeenCalledExactlyOnceWith({ server: "shop", probe: "sizes" });
    expect(button(/^Run sizes of shop now/).disabled).toBe(true);
    await pass(2_200);
    expect(refresh).toHaveBeenCalledTimes(3);
    expect(toast.success).not.toHaveBeenCalled();
    const failed = { outcome: "failed", code: "refused", message: "Connection refused", failures: 2 } as const;
    rerender(page(server({ probes: [probe({ ...failed, last_run_at: "2026-03-01T10:00:02.000Z" })] })));
    await pass(0);
    expect(toast.error).toHaveBeenCalledExactlyOnceWith("sizes of shop failed: Connection refused");
    expect(screen.getByText("refused, 2 in a row")).toBeTruthy();
    expect(button(/^Run sizes of shop now/).disabled).toBe(false);
    await pass(5_000);
    expect(refresh).toHaveBeenCalledTimes(3);
  });

  it("gives up waiting after a while, and says at once when it was refused", async () => {
    render(page(server()));
    fireEvent.click(button(/^Run now/));
    await pass(12_000);
    expect(toast.info).toHaveBeenCalledTimes(1);
    actions.run.mockResolvedValue({ ok: false, error: { code: "conflict", message: "", fields: [] } });
    fireEvent.click(button(/^Run now/));
    await pass(0);
    expect(toast.error).toHaveBeenCalledExactlyOnceWith(en.collector.failedToAsk);
    expect(button(/^Run now/).disabled).toBe(false);
  });
});

describe("pause", () => {
  it("can be taken back by the message that tells of it", async () => {
    render(page(server()));
    fireEvent.click(button(/^Pause/));
    await pass(0);
    expect(actions.setEnabled).toHaveBeenCalledExactlyOnceWith({ name: "shop", enabled: false });
    expect(refresh).toHaveBeenCalledTimes(1);
    const [text, { action }] = toast.success.mock.calls[0] ?? [];
    expect(text).toBe("shop is paused");
    await act(async () => action.onClick());
    expect(actions.setEnabled).toHaveBeenLastCalledWith({ name: "shop", enabled: true });
  });

  it("leaves nothing to run, and nobody who asks", () => {
    render(page(server({ enabled: false, status: "paused", instance: null, probes: [probe({ next_run_at: null })] })));
    expect(button(/^Run now/).disabled).toBe(true);
    expect(button(/^Run sizes/).disabled).toBe(true);
    expect(screen.getByText(en.collector.pausedServer)).toBeTruthy();
    expect(button(/^Resume/)).toBeTruthy();
  });

  it("is not offered for Dozor itself", () => {
    render(page(server({ id: 1, name: "dozor", status: null })));
    expect(screen.queryByRole("button", { name: /^Pause/ })).toBeNull();
    expect(screen.getByText(en.collector.self)).toBeTruthy();
  });
});
