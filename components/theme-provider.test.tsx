// @vitest-environment jsdom
import { act, cleanup, fireEvent, render, screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Theme } from "@/lib/theme";
import { ThemeProvider, useTheme } from "./theme-provider";

let device: { matches: boolean; listeners: Set<() => void> };
beforeEach(() => {
  localStorage.clear();
  device = { matches: false, listeners: new Set() };
  window.matchMedia = () =>
    ({
      get matches() {
        return device.matches;
      },
      addListener: (listener: () => void) => device.listeners.add(listener),
      removeListener: (listener: () => void) => device.listeners.delete(listener),
    }) as unknown as MediaQueryList;
});
afterEach(cleanup);

const isDark = () => document.documentElement.classList.contains("dark");
const turnDevice = (dark: boolean) =>
  act(() => {
    device.matches = dark;
    for (const listener of device.listeners) (listener as (event: { matches: boolean }) => void)({ matches: dark });
  });

function Shown() {
  const { theme, resolvedTheme, setTheme } = useTheme();
  return (
    <button type="button" onClick={() => setTheme("dark")}>
      {`${theme} ${resolvedTheme}`}
    </button>
  );
}
const page = (theme: Theme | null, save = vi.fn(async () => {})) => (
  <ThemeProvider theme={theme} save={save} nonce={undefined}>
    <Shown />
  </ThemeProvider>
);

it("shows what the server knows, and follows it", () => {
  const { rerender } = render(page("dark"));
  expect([isDark(), screen.getByRole("button").textContent]).toEqual([true, "dark dark"]);
  rerender(page("light"));
  expect([isDark(), screen.getByRole("button").textContent]).toEqual([false, "light light"]);
});

it("follows the device while nobody chose", () => {
  render(page("system"));
  expect(isDark()).toBe(false);
  turnDevice(true);
  expect([isDark(), screen.getByRole("button").textContent]).toEqual([true, "system dark"]);
});

it("takes a choice at once and has it kept, reachable or not", () => {
  const save = vi.fn(async () => Promise.reject(new Error("offline")));
  render(page("light", save));
  fireEvent.click(screen.getByRole("button"));
  expect([isDark(), screen.getByRole("button").textContent]).toEqual([true, "dark dark"]);
  expect(save).toHaveBeenCalledExactlyOnceWith("dark");
  turnDevice(true);
  turnDevice(false);
  expect(isDark()).toBe(true);
});

it("keeps a choice that lies in the browser alone", () => {
  localStorage.setItem("theme", "dark");
  render(page(null));
  expect([isDark(), screen.getByRole("button").textContent]).toEqual([true, "dark dark"]);
});
