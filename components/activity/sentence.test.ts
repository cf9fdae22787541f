import { expect, it } from "vitest";
import { event } from "../../tests/support/activity-event";
import { sentenceOf } from "./sentence";

const ended = (details: Record<string, unknown>) =>
  event({
    ...{ type: "session_ended", actor: "oleg", details },
    target: { kind: "server", id: "2", name: "shop" },
  });

it("tells whose session was ended, and nothing where that is not known", () => {
  const details = { pid: 4_711, user: "clerk", database: "till" };
  expect(sentenceOf(ended(details))).toEqual({
    key: "session_ended",
    values: { actor: "oleg", target: "shop", pid: "4711", user: "clerk", database: "till" },
  });
  expect(sentenceOf(ended({ ...details, database: null }))).toBeNull();
});

it.each([
  [{ reason: "no_listeners" }, "no_listeners"],
  [{ reason: "the show is over" }, "given"],
  [{}, "none"],
])("tells why a channel stopped: %j", (details, why) => {
  const target = { kind: "channel", id: "radio", name: "Radio" };
  const stopped = event({ type: "stream_stopped", details, target });
  expect(sentenceOf(stopped)?.values).toMatchObject({ target: "Radio", why });
});
