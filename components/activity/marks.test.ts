import { createTranslator } from "next-intl";
import { expect, it } from "vitest";
import english from "@/messages/en.json";
import russian from "@/messages/ru.json";
import { event } from "../../tests/support/activity-event";
import { concerns, markOf } from "./marks";

const words = (locale: string, messages: typeof english) =>
  createTranslator({ locale, messages, namespace: "activity.text" });
const t = words("en", english);
const target = { kind: "server", id: "7", name: "orders" };

it("tells an event in one plain sentence of the viewer's language, where it happened", () => {
  const down = event({
    ...{ type: "server_down", severity: "error", target, message: "orders is down: timeout" },
    created_at: "2026-03-01T12:00:30.500Z",
  });
  expect(markOf(down, t)).toEqual({
    id: down.id,
    at: Date.parse("2026-03-01T12:00:30.500Z") / 1000,
    label: "orders is down: timeout",
    kind: "critical",
  });
  expect(markOf(down, words("ru", russian)).label).toBe("orders не отвечает: timeout");
});

it.each([
  { type: "server_up", severity: "info", kind: "good" },
  { type: "server_paused", severity: "info", kind: "plain" },
  { type: "samples_lost", severity: "warning", kind: "warning" },
] as const)("marks $type as $kind, in its own words where no sentence fits", ({ type, severity, kind }) => {
  expect(markOf(event({ type, severity, target: null, message: "its own words" }), t)).toMatchObject({
    kind,
    label: "its own words",
  });
});

it("keeps other servers' events, and those of other kinds of things, off the charts", () => {
  expect(concerns(event({ target }), 7)).toBe(true);
  expect(concerns(event({ target }), 8)).toBe(false);
  expect(concerns(event({ type: "user_login", target: { ...target, kind: "user" } }), 7)).toBe(false);
  expect(concerns(event({ type: "database_back", target: null }), 8)).toBe(true);
});
