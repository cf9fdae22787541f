import { describe, expect, it } from "vitest";
import { shownTimer } from "./shown";
import type { TimerRow } from "./timer-rows";

const NOW = new Date(Date.UTC(2026, 0, 1, 12));
const later = (ms: number) => new Date(NOW.getTime() + ms);
const ROW: TimerRow = {
  channel: 1,
  state: "armed",
  armedAt: NOW,
  deadline: later(61_240),
  remainingMs: null,
  warningsSent: [],
  hadListener: false,
  commandId: null,
  retries: 0,
  reason: null,
  wanted: false,
};
const shown = (row: Partial<TimerRow> | null, now = NOW) => {
  const settings = { auto_end_enabled: true, auto_end_timeout_seconds: 300, auto_end_warnings: "60, 30, 10" };
  const channel = { autoEndEnabled: null, autoEndTimeoutSeconds: 120, autoEndWarnings: [90] };
  return shownTimer(row && { ...ROW, ...row }, settings, channel, now);
};

describe("a timer", () => {
  it.each([
    ["armed", shown({}), { is_active: true, remaining_seconds: 61.2, deadline: later(61_240).toISOString() }],
    ["past its deadline", shown({}, later(70_000)), { is_active: true, remaining_seconds: 0 }],
    [
      "suspended",
      shown({ state: "suspended", deadline: null, remainingMs: 9_000 }),
      { is_active: false, remaining_seconds: 9 },
    ],
    ["paused", shown({ state: "paused", deadline: null }), { paused: true, is_active: false, remaining_seconds: null }],
    ["ending", shown({ state: "ending" }), { state: "ending", is_active: false, deadline: null }],
    ["idle", shown(null), { state: "idle", is_active: false, remaining_seconds: null, warnings_sent: [] }],
  ])("that is %s", (_, timer, expected) => {
    expect(timer).toMatchObject(expected);
  });

  it("says what holds, and whose that is", () => {
    expect(shown(null)).toMatchObject({
      enabled: true,
      timeout_seconds: 120,
      warnings: [90],
      own: { enabled: null, timeout_seconds: 120, warnings: [90] },
    });
  });
});
