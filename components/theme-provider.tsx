"use client";
import { ThemeProvider as NextThemes, useTheme as useNextTheme } from "next-themes";
import { createContext, type ReactNode, useContext, useEffect, useEffectEvent, useState } from "react";
import { firstTheme, type Theme } from "@/lib/theme";
import { useHydrated } from "./clock";

interface ThemeChoice {
  theme: Theme;
  setTheme(theme: Theme): void;
  /** What is shown: with `system` that of the device. */
  resolvedTheme: "light" | "dark";
}

interface Kept {
  /** What the server knows: of the profile, else of the cookie. */
  theme: Theme | null;
  save(theme: Theme): Promise<void>;
}

const KeptTheme = createContext<Kept>({ theme: null, save: async () => {} });

interface ThemeProviderProps extends Kept {
  /** Of the document's policy. */
  nonce: string | undefined;
  children: ReactNode;
}

/** Light, dark or the device's theme, there before the first paint (see `themeSeed`), and remembered where the server finds it. */
export function ThemeProvider({ theme, save, nonce, children }: ThemeProviderProps) {
  // A refresh brings the nonce of its own request, but the document keeps the policy it was loaded with.
  const [first] = useState(nonce);
  return (
    <KeptTheme value={{ theme, save }}>
      <NextThemes
        attribute="class"
        defaultTheme={theme ?? "system"}
        disableTransitionOnChange
        {...(first && { nonce: first })}
      >
        <FollowProfile />
        {children}
      </NextThemes>
    </KeptTheme>
  );
}

/** Takes over what was chosen elsewhere once the server tells it. */
function FollowProfile() {
  const { theme } = useContext(KeptTheme);
  const { setTheme } = useNextTheme();
  const follow = useEffectEvent(setTheme);
  useEffect(() => {
    if (theme) follow(theme);
  }, [theme]);
  return null;
}

/** The viewer's theme; a choice holds at once. */
export function useTheme(): ThemeChoice {
  const kept = useContext(KeptTheme);
  const { theme, resolvedTheme, setTheme } = useNextTheme();
  // An older choice may lie in the browser alone: until that can be read, what the server knows.
  const shown = useHydrated() ? firstTheme(theme) : (kept.theme ?? "system");
  const choose = (next: Theme) => {
    setTheme(next);
    // Offline it holds in this browser at least.
    kept.save(next).catch(() => undefined);
  };
  return { theme: shown, resolvedTheme: resolvedTheme === "dark" ? "dark" : "light", setTheme: choose };
}
