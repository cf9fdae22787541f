"use client";
import { ThemeProvider as NextThemes } from "next-themes";
import { type ReactNode, useState } from "react";

interface ThemeProviderProps {
  /** Of the viewer's profile, or `system`. */
  defaultTheme: string;
  /** Of the document's policy. */
  nonce: string | undefined;
  children: ReactNode;
}

/** Light, dark or the system's theme, set before the first paint. */
export function ThemeProvider({ defaultTheme, nonce, children }: ThemeProviderProps) {
  // A refresh brings the nonce of its own request, but the document keeps the policy it was loaded with.
  const [first] = useState(nonce);
  return (
    <NextThemes
      attribute="class"
      defaultTheme={defaultTheme}
      disableTransitionOnChange
      {...(first && { nonce: first })}
    >
      {children}
    </NextThemes>
  );
}
