// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { NextIntlClientProvider } from "next-intl";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";
import { SessionExpiry } from "./session-expiry";

let secondsLeft: number;
const asked: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  asked.length = 0;
  vi.stubGlobal("fetch", async (path: string, { method }: RequestInit) => {
    asked.push(`${method} ${path}`);
    if (method === "POST") secondsLeft = 12 * 3_600;
    return Response.json({ expires_in: secondsLeft });
  });
});
afterEach(() => {
  cleanup();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const signOut = vi.fn(async () => ({ ok: false }));

async function pageNearItsEnd(locale: "en" | "ru" = "en") {
  secondsLeft = 295;
  render(
    <NextIntlClientProvider locale={locale} messages={locale === "en" ? en : ru}>
      <SessionExpiry secondsLeft={301} signOut={signOut} />
    </NextIntlClientProvider>,
  );
  await act(() => vi.advanceTimersByTimeAsync(2_000));
  // The dialog is code of its own, loaded when it is needed.
  await act(() => vi.dynamicImportSettled());
  await act(() => vi.advanceTimersByTimeAsync(0));
}

describe("SessionExpiry", () => {
  it("warns with a countdown, and has the focus on going on", async () => {
    await pageNearItsEnd();
    expect(screen.getByRole("dialog", { name: "Are you still there?" })).toBeTruthy();
    expect(screen.getByRole("timer").textContent).toMatch(/^4:5\d$/);
    expect(document.activeElement).toBe(screen.getByRole("button", { name: "Continue" }));
    const before = screen.getByRole("timer").textContent;
    await act(() => vi.advanceTimersByTimeAsync(3_000));
    expect(screen.getByRole("timer").textContent).not.toBe(before);
  });

  it("reads the time out each minute, not each second", async () => {
    await pageNearItsEnd();
    const live = () => document.querySelector("[aria-live=assertive]")?.textContent;
    expect(live()).toBe("5 minutes until your session ends");
    await act(() => vi.advanceTimersByTimeAsync(5_000));
    expect(live()).toBe("5 minutes until your session ends");
  });

  it("extends and closes by Continue, and by Escape", async () => {
    for (const goOn of [
      () => fireEvent.click(screen.getByRole("button", { name: "Continue" })),
      () => fireEvent.keyDown(document.activeElement ?? document.body, { key: "Escape" }),
    ]) {
      await pageNearItsEnd();
      goOn();
      await act(() => vi.advanceTimersByTimeAsync(0));
      expect(asked.at(-1)).toBe("POST /api/auth/extend");
      expect(screen.queryByRole("dialog")).toBeNull();
      cleanup();
    }
  });

  it("signs out", async () => {
    await pageNearItsEnd();
    fireEvent.click(screen.getByRole("button", { name: "Sign out" }));
    expect(signOut).toHaveBeenCalled();
  });

  it("speaks Russian", async () => {
    await pageNearItsEnd("ru");
    expect(screen.getByRole("dialog", { name: "Вы ещё здесь?" })).toBeTruthy();
    expect(screen.getByRole("button", { name: "Продолжить" })).toBeTruthy();
  });

  it("tells the server of keys and pointers once a minute, and of nothing else", async () => {
    secondsLeft = 12 * 3_600;
    render(
      <NextIntlClientProvider locale="en" messages={en}>
        <SessionExpiry secondsLeft={secondsLeft} signOut={signOut} />
      </NextIntlClientProvider>,
    );
    await act(() => vi.advanceTimersByTimeAsync(120_000));
    expect(asked).toEqual([]);
    for (const press of [1, 2, 3]) fireEvent.keyDown(document.body, { key: String(press) });
    fireEvent.pointerDown(document.body);
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(asked).toEqual(["POST /api/auth/extend"]);
  });
});
