// @vitest-environment jsdom
import { cleanup, render } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it } from "vitest";
import type { ActivityEvent } from "@/lib/activity/schema";
import type { Effect } from "@/lib/streams/auto-end/timer";
import { eventOf } from "@/lib/streams/auto-end/words";
import english from "@/messages/en.json";
import russian from "@/messages/ru.json";
import { event } from "../../tests/support/activity-event";
import { EventText } from "./event-text";

type Told = Pick<ActivityEvent, "type" | "severity" | "message" | "details">;

afterEach(cleanup);

function textOf(told: ActivityEvent, locale: "en" | "ru") {
  const { container } = render(
    <NextIntlClientProvider locale={locale} messages={locale === "ru" ? russian : english} timeZone="UTC">
      <EventText event={told} href="/servers/shop" />
    </NextIntlClientProvider>,
  );
  return { text: container.textContent, links: [...container.querySelectorAll("a")].map((link) => link.textContent) };
}

describe("an alert", () => {
  const details = { alert: "ReplicationLag", summary: "<b>40 s</b> behind {x}" };
  const target = { kind: "server", id: "2", name: "shop" };
  const cases = [
    ["en", "alert_fired", target, "ReplicationLag fires on shop: <b>40 s</b> behind {x}"],
    ["en", "alert_fired", null, "ReplicationLag fires: <b>40 s</b> behind {x}"],
    ["en", "alert_resolved", target, "ReplicationLag is over on shop"],
    ["ru", "alert_fired", target, "Тревога ReplicationLag на shop: <b>40 s</b> behind {x}"],
    ["ru", "alert_resolved", target, "Тревога ReplicationLag на shop снята"],
    ["ru", "alert_resolved", null, "Тревога ReplicationLag снята"],
  ] as const;
  it.each(cases)("in %s, %s", (locale, type, about, text) => {
    const links = about ? ["shop"] : [];
    expect(textOf(event({ type, details, target: about, message: "-" }), locale)).toEqual({ text, links });
  });

  it("of somebody else speaks for itself", () => {
    expect(textOf(event({ type: "alert_fired", message: "Disk is full" }), "ru").text).toBe("Disk is full");
  });
});

describe("auto-end", () => {
  const target = { kind: "channel", id: "radio", name: "Radio" };
  const armed = { effect: "armed", deadline: Date.UTC(2026, 0, 2, 12, 5) } as const;
  const cases = [
    [{ ...armed, why: "no_listeners" }, "Radio: никто не слушает; конец в 12:05:00 UTC, если никто не подключится"],
    [{ ...armed, why: "extended" }, "Radio: завершение отложено; конец в 12:05:00 UTC, если никто не подключится"],
    [{ effect: "cancelled", reason: "listener_joined" }, "Отсчёт до завершения Radio снят: подключился слушатель"],
    [{ effect: "ended", reason: "no_listeners", wanted: false }, "Radio завершается: никто не слушает"],
    [{ effect: "ended", reason: "the show is over", wanted: true }, "Radio завершается: the show is over"],
  ] as const;
  it.each(cases)("%j", (effect, russian) => {
    const told = event({ ...(eventOf(effect as Effect, "Radio", null) as Told), target });
    expect(textOf(told, "ru")).toEqual({ text: russian, links: ["Radio"] });
    expect(textOf(told, "en")).toEqual({ text: told.message, links: ["Radio"] });
  });
});

it.each([
  ["en", "server_added", "mila added shop"],
  ["en", "server_paused", "mila paused collecting from shop"],
  ["ru", "server_removed", "mila: удалён сервер shop"],
  ["ru", "server_resumed", "mila: сбор с shop возобновлён"],
] as const)("in %s, %s of a server", (locale, type, text) => {
  const target = { kind: "server", id: "2", name: "shop" };
  const told = event({ type, actor: "mila", target, message: "-" });
  expect(textOf(told, locale).text).toBe(text);
});
