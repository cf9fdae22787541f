// @vitest-environment jsdom
import { cleanup, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, describe, expect, it } from "vitest";
import { SERVER_STATUSES } from "@/lib/fleet/schema";
import { HEALTH_STATUSES } from "@/lib/health/schema";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { STATUS_LOOKS, type Status, StatusBadge } from "./status-badge";

afterEach(cleanup);

const show = (status: Status, locale: "en" | "ru" = "en") =>
  render(
    <NextIntlClientProvider locale={locale} messages={locale === "ru" ? ru : en}>
      <StatusBadge status={status} />
    </NextIntlClientProvider>,
  );

describe("StatusBadge", () => {
  it.each([...SERVER_STATUSES, ...HEALTH_STATUSES])("shows %s as icon, word and colour", (status) => {
    const { container } = show(status);
    const badge = container.querySelector(`[data-status=${status}]`);
    expect(badge?.textContent).toBe(en.status[status]);
    expect(badge?.querySelector("svg")?.getAttribute("aria-hidden")).toBe("true");
    expect(badge?.className).toMatch(/text-(ok|warn|crit|idle)-text/);
  });

  it("speaks Russian", () => {
    show("down", "ru");
    expect(screen.getByText("Недоступен")).toBeTruthy();
  });

  it("is quiet only where nothing needs a person, and gives each trouble a shape of its own", () => {
    const quiet = Object.entries(STATUS_LOOKS).filter(([, look]) => look.quiet);
    expect(quiet.map(([status]) => status).sort()).toEqual(["healthy", "up"]);
    const shapes = ["up", "degraded", "down", "critical", "unknown", "paused"] as const;
    expect(new Set(shapes.map((status) => STATUS_LOOKS[status].icon)).size).toBe(shapes.length);
    expect(show("up").container.querySelector("[data-status]")?.className).toContain("bg-transparent");
  });
});
