"use client";
import "./globals.css";
import en from "@/messages/en.json";
import ru from "@/messages/ru.json";

/** Stands in for the whole document, so without providers: the browser's language decides. */
export default function GlobalError({ error }: { error: Error & { digest?: string } }) {
  const russian = typeof navigator !== "undefined" && navigator.language.startsWith("ru");
  const { errors, common } = russian ? ru : en;
  return (
    <html lang={russian ? "ru" : "en"}>
      <body>
        <main className="flex min-h-dvh flex-col items-center justify-center gap-2 p-4 text-center">
          <h1 className="text-lg font-semibold">{errors.globalTitle}</h1>
          <p className="max-w-lg text-sm text-muted-foreground">{errors.text}</p>
          {error.digest && <p className="mono text-muted-foreground">{errors.id.replace("{id}", error.digest)}</p>}
          <button
            type="button"
            className="mt-2 h-[30px] rounded-md border border-border-strong bg-card px-3 text-sm font-medium"
            onClick={() => window.location.reload()}
          >
            {common.retry}
          </button>
        </main>
      </body>
    </html>
  );
}
