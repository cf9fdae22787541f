import { describe, expect, it } from "vitest";
import { refusalOf, step } from "./machine";
import type { Scene, Timer, TimerInput } from "./timer";

const SCENE: Scene = {
  now: Date.UTC(2026, 0, 1, 12),
  status: "playing",
  listeners: 0,
  enabled: true,
  timeoutMs: 300_000,
  warnings: [60, 30, 10],
};
const LOOK: TimerInput = { do: "look", restarted: false };

describe("what makes no sense", () => {
  const armed = step(null, LOOK, SCENE).timer;
  const ending = step(armed, { do: "end", reason: "now" }, SCENE).timer;
  it.each<[TimerInput["do"], Timer | null, Partial<Scene>, string | null]>([
    ["cancel", null, {}, "Nothing counts down that could be cancelled."],
    ["cancel", armed, {}, null],
    ["cancel", ending, {}, null],
    ["extend", null, {}, "Nothing counts down that could be put off."],
    ["extend", armed, {}, null],
    ["extend", ending, {}, "The channel is being stopped already."],
    ["pause", null, { status: "stopped" }, "The channel is stopped."],
    ["pause", null, {}, null],
    ["pause", null, { enabled: false }, "Auto-end of this channel is switched off."],
    ["resume", armed, {}, "Auto-end of this channel is not paused."],
    ["end", null, { status: "stopped" }, "The channel is stopped."],
    ["end", null, { status: "paused" }, null],
    ["end", ending, {}, "The channel is being stopped already."],
  ])("%s of %o", (asked, timer, change, refusal) => {
    expect(refusalOf(timer, asked, { ...SCENE, ...change })).toBe(refusal);
  });
});
