import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { ThemeProvider } from "@/components/theme-provider";
import { currentActor } from "@/lib/http/actor";

export const metadata: Metadata = {
  title: { default: "Dozor", template: "%s · Dozor" },
  icons: "/favicon.svg",
  manifest: "/manifest.webmanifest",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, nonce, actor] = await Promise.all([
    getLocale(),
    headers().then((all) => all.get("x-nonce") ?? undefined),
    // Where sessions cannot be read, the error page must still have a frame.
    currentActor().catch(() => null),
  ]);
  return (
    <html lang={locale} data-time-zone={actor?.timeZone ?? undefined} suppressHydrationWarning>
      <body>
        <ThemeProvider defaultTheme={actor?.theme ?? "system"} nonce={nonce}>
          <NextIntlClientProvider>{children}</NextIntlClientProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}
