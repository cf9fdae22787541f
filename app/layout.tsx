import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./globals.css";
import type { Metadata, Viewport } from "next";
import { cookies, headers } from "next/headers";
import { NextIntlClientProvider } from "next-intl";
import { getLocale } from "next-intl/server";
import type { ReactNode } from "react";
import { saveTheme } from "@/app/preferences";
import { Messages } from "@/components/messages";
import { ThemeProvider } from "@/components/theme-provider";
import { currentActor } from "@/lib/http/actor";
import { knownTheme, THEME_COOKIE, themeSeed } from "@/lib/theme";

export const metadata: Metadata = {
  title: { default: "Dozor", template: "%s · Dozor" },
  icons: "/favicon.svg",
  manifest: "/manifest.webmanifest",
};

export const viewport: Viewport = { width: "device-width", initialScale: 1 };

export default async function RootLayout({ children }: { children: ReactNode }) {
  const [locale, nonce, cookie, actor] = await Promise.all([
    getLocale(),
    headers().then((all) => all.get("x-nonce") ?? undefined),
    cookies().then((all) => all.get(THEME_COOKIE)?.value),
    // Where sessions cannot be read, the error page must still have a frame.
    currentActor().catch(() => null),
  ]);
  const theme = knownTheme(actor?.theme, cookie);
  return (
    <html lang={locale} data-time-zone={actor?.timeZone ?? undefined} suppressHydrationWarning>
      <body>
        {/* Browsers hide the nonce from what reads the document, React included. */}
        {theme && (
          <script nonce={nonce} suppressHydrationWarning>
            {themeSeed(theme)}
          </script>
        )}
        <ThemeProvider theme={theme} save={saveTheme} nonce={nonce}>
          <NextIntlClientProvider messages={null}>
            <Messages>{children}</Messages>
          </NextIntlClientProvider>
        </ThemeProvider>
      </body>
    </html>
  );
}
