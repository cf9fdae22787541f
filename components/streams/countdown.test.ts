import { describe, expect, it } from "vitest";
import { channel, timer } from "./channel.fixture";
import { clockText, positionAt, runningTimers, secondsLeft } from "./countdown";

const NOW = Date.parse("2026-01-31T12:00:00.000Z");
const deadline = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const armed = (seconds: number, sent: number[] = []) =>
  timer({ state: "armed", is_active: true, deadline: deadline(seconds), remaining_seconds: 999, warnings_sent: sent });

describe("secondsLeft", () => {
  it("counts to the deadline while armed, and stands still while held up", () => {
    expect(secondsLeft(armed(41), NOW)).toBe(41);
    expect(secondsLeft(armed(41), NOW + 100)).toBe(41);
    expect(secondsLeft(armed(41), NOW + 60_000)).toBe(0);
    expect(secondsLeft(timer({ state: "suspended", remaining_seconds: 129.2 }), NOW)).toBe(130);
    expect(secondsLeft(timer(), NOW)).toBeNull();
  });
});

it.each([
  [0, "0:00"],
  [41, "0:41"],
  [60, "1:00"],
  [3_661, "1:01:01"],
  [-1, "0:00"],
])("writes %d s as %s", (seconds, text) => expect(clockText(seconds)).toBe(text));

describe("runningTimers", () => {
  it("shows those in their last minute or warned, soonest first, and those that are held up", () => {
    const timers = {
      far: armed(250),
      near: armed(41, [60]),
      nearer: armed(12, [60, 30]),
      warned: armed(90, [120]),
      unheard: timer({ state: "suspended", remaining_seconds: 130 }),
      told: timer({ state: "ending" }),
      mine: timer({ state: "held" }),
      idle: timer(),
    };
    const channels = Object.entries(timers).map(([channel_id, auto_end]) => channel({ channel_id, auto_end }));
    const { ending, waiting } = runningTimers(channels, NOW);
    expect(ending.map(({ channel_id }) => channel_id)).toEqual(["nearer", "near", "warned"]);
    expect(waiting.map(({ channel_id }) => channel_id)).toEqual(["unheard", "told"]);
  });
});

describe("positionAt", () => {
  it("goes on while it plays, up to the track's end", () => {
    const later = (seconds: number) => ({ known: NOW, now: NOW + seconds * 1_000 });
    expect(positionAt(channel(), later(10))).toBe(48);
    expect(positionAt(channel(), later(9_000))).toBe(310);
    expect(positionAt(channel({ status: "paused" }), later(10))).toBe(38);
    expect(positionAt(channel({ position_seconds: null }), later(10))).toBeNull();
  });
});
