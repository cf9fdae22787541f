"use client";
import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { DARK_DEVICE, type Theme } from "@/lib/theme";

interface ThemeChoice {
  theme: Theme;
  /** What is shown: with `system` that of the device. */
  resolvedTheme: "light" | "dark";
  setTheme(theme: Theme): void;
}

const Context = createContext<ThemeChoice>({ theme: "system", resolvedTheme: "light", setTheme() {} });
export const useTheme = (): ThemeChoice => useContext(Context);

interface ThemeProviderProps {
  /** As the server knows it: of the profile, else of the cookie. It stands on the document already. */
  theme: Theme;
  save(theme: Theme): Promise<void>;
  children: ReactNode;
}

/** Light, dark or the device's theme; a choice holds at once, and is remembered where the server finds it. */
export function ThemeProvider({ theme: given, save, children }: ThemeProviderProps) {
  const [theme, setOwn] = useState(given);
  const [known, setKnown] = useState(given);
  if (known !== given) {
    setKnown(given);
    setOwn(given);
  }
  const dark = useDarkDevice() ? theme !== "light" : theme === "dark";
  useEffect(() => {
    const device = window.matchMedia(DARK_DEVICE);
    const show = () =>
      document.documentElement.classList.toggle("dark", theme === "dark" || (theme === "system" && device.matches));
    show();
    device.addEventListener("change", show);
    return () => device.removeEventListener("change", show);
  }, [theme]);
  const setTheme = (next: Theme) => {
    setOwn(next);
    // Offline it holds for this page at least.
    save(next).catch(() => undefined);
  };
  return <Context value={{ theme, resolvedTheme: dark ? "dark" : "light", setTheme }}>{children}</Context>;
}

function useDarkDevice(): boolean {
  return useSyncExternalStore(
    (listener) => {
      const query = window.matchMedia(DARK_DEVICE);
      query.addEventListener("change", listener);
      return () => query.removeEventListener("change", listener);
    },
    () => window.matchMedia(DARK_DEVICE).matches,
    () => false,
  );
}
