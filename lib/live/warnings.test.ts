import { expect, it } from "vitest";
import { CHANNEL, counting } from "../../tests/support/channel";
import { warningOf } from "./warnings";

const DEADLINE = "2026-01-01T00:01:00.000Z";
const armed = counting(42, DEADLINE);

it("warns of a timer that counts and has warned", () => {
  expect(warningOf({ ...CHANNEL, auto_end: armed })).toEqual({
    channel_id: "radio",
    seconds_remaining: 42,
    deadline: DEADLINE,
    reason: "no_listeners",
    can_cancel: true,
  });
});

it.each([
  ["idle", CHANNEL.auto_end],
  ["far from its end", { ...armed, warnings_sent: [] }],
  ["paused", { ...armed, is_active: false, paused: true, deadline: null }],
  ["ending", { ...armed, is_active: false, state: "ending" as const, remaining_seconds: null, deadline: null }],
])("does not warn of one that is %s", (_, auto_end) => {
  expect(warningOf({ ...CHANNEL, auto_end })).toBeNull();
});
