// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import type { ReactNode } from "react";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Criteria } from "@/lib/fleet/analysis-schema";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import type { CriteriaBase } from "./criteria-draft";
import { CriteriaButton } from "./criteria-form";
import { CriteriaLine } from "./criteria-line";

const refresh = vi.fn();
vi.mock("next/navigation", () => ({ useRouter: () => ({ refresh }) }));
afterEach(() => {
  cleanup();
  vi.clearAllMocks();
});

const NOW = Date.parse("2026-11-22T12:00:00.000Z");

const show = (children: ReactNode, locale: "en" | "ru" = "en") =>
  render(
    <NextIntlClientProvider locale={locale} messages={locale === "ru" ? ru : en} timeZone="UTC">
      {children}
    </NextIntlClientProvider>,
  );

describe("the criteria", () => {
  const base: CriteriaBase = {
    static_days: { min: 1, max: 90, initial: 30, locked: null },
    inactive_days: { min: 1, max: 365, initial: 30, locked: null },
    low_connections: { min: 1, max: 20, initial: 2, locked: null },
  };
  const criteria: Criteria = { static_days: 30, inactive_days: 21, low_connections: 2 };
  const save = vi.fn<(criteria: Criteria) => Promise<never>>();
  const answers = (result: object) => save.mockResolvedValue(result as never);
  const open = (given: Partial<CriteriaBase> = {}) => {
    show(<CriteriaButton criteria={criteria} base={{ ...base, ...given }} save={save} />);
    fireEvent.click(screen.getByRole("button", { name: "Change criteria" }));
  };
  const field = (name: string) => screen.getByRole<HTMLInputElement>("textbox", { name });
  const submit = () => fireEvent.click(screen.getByRole("button", { name: "Save" }));

  it.each([
    [
      "en",
      /^Static after 30 days without change, inactive after 21 days without use, low activity below 2 connections/,
    ],
    ["ru", /^Статична: 30 дней без изменений; неактивна: 21 день без подключений; .* меньше 2 подключений$/],
  ] as const)("can be read by everyone: %s", (locale, text) => {
    show(<CriteriaLine analysis={{ criteria, analysed_at: "2026-11-22T11:54:40.000Z" }} asOf={NOW} />, locale);
    expect(screen.getByText(text)).toBeDefined();
    expect(screen.getByText(locale === "en" ? "5 min ago" : "5 мин назад")).toBeDefined();
    expect(screen.queryByRole("button")).toBeNull();
  });

  it("are saved for everyone, and the page is read anew", async () => {
    answers({ ok: true, data: criteria });
    open();
    expect(screen.getAllByText("They hold for all servers and for everyone.").length).toBeGreaterThan(0);
    fireEvent.change(field("Inactive after"), { target: { value: "90" } });
    submit();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(save).toHaveBeenCalledWith({ static_days: 30, inactive_days: 90, low_connections: 2 });
    expect(refresh).toHaveBeenCalled();
  });

  it("are refused at their field before anybody is asked", async () => {
    open();
    fireEvent.change(field("Static after"), { target: { value: "91" } });
    submit();
    expect(await screen.findByText("From 1 to 90, whole numbers only.")).toBeDefined();
    expect(field("Static after").getAttribute("aria-invalid")).toBe("true");
    expect(field("Inactive after").getAttribute("aria-invalid")).toBeNull();
    expect(save).not.toHaveBeenCalled();
  });

  it.each([
    [{ code: "invalid", fields: [{ path: "low_connections", rule: "locked" }] }, "The environment fixes this value."],
    [{ code: "forbidden", fields: [] }, "Your role does not allow this any more."],
    [{ code: "internal", fields: [] }, "The server does not answer. Try again in a moment."],
  ])("say what the server refused: %j", async (error, text) => {
    answers({ ok: false, error });
    open();
    submit();
    expect(await screen.findByText(text)).toBeDefined();
    expect(screen.getByRole("dialog")).toBeDefined();
  });

  it("cannot be changed where the environment fixes them", () => {
    open({ static_days: { ...base.static_days, locked: "ANALYSIS_STATIC_DAYS" } });
    expect(field("Static after").disabled).toBe(true);
    expect(screen.getByText("Fixed by the variable ANALYSIS_STATIC_DAYS.")).toBeDefined();
    expect(field("Inactive after").disabled).toBe(false);
  });
});
