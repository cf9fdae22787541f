"use client";
import "./globals.css";
import { GLOBAL_ERROR } from "@/messages/global-error";

/** Stands in for the whole document, so without providers: the browser's language decides. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  const russian = typeof navigator !== "undefined" && navigator.language.startsWith("ru");
  const text = GLOBAL_ERROR[russian ? "ru" : "en"];
  return (
    <html lang={russian ? "ru" : "en"}>
      <body>
        <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-4 text-center">
          <h1 className="text-lg font-semibold">{text.title}</h1>
          <p className="max-w-lg text-sm text-muted-foreground">{text.text}</p>
          {error.digest && <p className="mono text-muted-foreground">{error.digest}</p>}
          <button
            type="button"
            className="mt-2 h-[30px] rounded-md border border-border-strong bg-card px-3 text-sm font-medium"
            onClick={() => window.location.reload()}
          >
            {text.retry}
          </button>
        </main>
      </body>
    </html>
  );
}
