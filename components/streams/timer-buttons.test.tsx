// @vitest-environment jsdom
import { cleanup, configure, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { AutoEnd } from "@/lib/streams/schema";
import en from "@/messages/en.json";
import type { StreamActions } from "./actions";
import { channel, timer } from "./channel.fixture";
import { TimerButtons } from "./timer-buttons";

const toast = vi.hoisted(() => ({ success: vi.fn(), error: vi.fn() }));
vi.mock("sonner", () => ({ toast }));
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});
// A busy machine takes its time.
configure({ asyncUtilTimeout: 10_000 });

const ok = () => vi.fn(async () => ({ ok: true as const, data: {} }));
const actionsWith = (given: Partial<StreamActions> = {}): StreamActions => ({
  ...{ timer: ok(), endNow: ok(), update: ok(), remove: ok() },
  ...given,
});

function show(auto_end: AutoEnd, actions = actionsWith(), changes = {}) {
  render(
    <NextIntlClientProvider locale="en" messages={en}>
      <TimerButtons channel={channel({ auto_end, ...changes })} actions={actions} all />
    </NextIntlClientProvider>,
  );
  return screen.queryAllByRole("button").map(({ textContent }) => textContent);
}

describe("TimerButtons", () => {
  it.each([
    ["idle", ["Pause auto-end", "End now"]],
    ["armed", ["Cancel auto-end", "5 min", "Pause auto-end", "End now"]],
    ["suspended", ["Cancel auto-end", "Pause auto-end", "End now"]],
    ["paused", ["Resume auto-end", "End now"]],
    ["held", ["Pause auto-end", "End now"]],
    ["ending", ["Cancel auto-end"]],
  ] as const)("offers what fits a timer that is %s", (state, texts) => {
    expect(show(timer({ state }))).toEqual(texts);
  });

  it("offers nothing for a channel that is stopped", () => {
    expect(show(timer(), actionsWith(), { status: "stopped" })).toEqual([]);
  });

  it("says that it was put off, and by how much", async () => {
    const actions = actionsWith();
    show(timer({ state: "armed" }), actions);
    fireEvent.click(screen.getByText("5 min"));
    await waitFor(() => expect(toast.success).toHaveBeenCalledWith("Auto-end of Night Jazz put off by 5 min"));
    expect(actions.timer).toHaveBeenCalledWith({ channel_id: "-1001774120", verb: "extend", minutes: 5 });
  });

  it("says why nothing was done", async () => {
    const error = { code: "conflict" as const, message: "Nothing counts down.", fields: [] };
    show(timer({ state: "armed" }), actionsWith({ timer: vi.fn(async () => ({ ok: false as const, error })) }));
    fireEvent.click(screen.getByText("Cancel auto-end"));
    await waitFor(() => expect(toast.error).toHaveBeenCalledWith("Nothing was done: Nothing counts down."));
  });

  it("asks before it ends a channel, and tells the reason", async () => {
    const actions = actionsWith();
    show(timer(), actions);
    fireEvent.click(screen.getByText("End now"));
    expect(screen.getByText("12 people listen to it.")).not.toBeNull();
    fireEvent.change(screen.getByLabelText("Reason (optional)"), { target: { value: " the hall closes " } });
    fireEvent.submit(screen.getByRole("dialog").querySelector("form") as HTMLFormElement);
    await waitFor(() =>
      expect(actions.endNow).toHaveBeenCalledWith({ channel_id: "-1001774120", reason: "the hall closes" }),
    );
  });
});
