import { ClipboardPaste } from "lucide-react";
import { useTranslations } from "next-intl";
import { useState } from "react";
import { type ConnectionParts, parseConnectionString } from "@/lib/connection-string";
import { Field } from "../ui/field";
import type { Draft } from "./draft";
import type { ServerForm } from "./use-server-form";

interface Outcome {
  error?: string;
  ignored?: readonly string[];
}

/** A URI or a DSN that fills the fields; it stays in the field without its password, and goes nowhere. */
export function PasteField({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm.paste");
  const [text, setText] = useState("");
  const [{ error, ignored }, setOutcome] = useState<Outcome>({});
  const take = (given: string): boolean => {
    if (!given.trim()) return false;
    const parsed = parseConnectionString(given);
    if (!parsed.ok) {
      setOutcome({ error: parsed.message });
      return false;
    }
    const { password, ...shown } = parsed.value;
    form.set(draftOfConnection(parsed.value));
    setText(uriOf(shown));
    setOutcome({ ignored: parsed.ignored });
    return true;
  };
  const hint =
    ignored === undefined ? t("hint") : ignored.length > 0 ? t("ignored", { names: ignored.join(", ") }) : t("filled");
  return (
    <Field
      label={t("label")}
      value={text}
      onChange={(event) => {
        setText(event.target.value);
        setOutcome({});
      }}
      onPaste={(event) => {
        if (take(event.clipboardData.getData("text"))) event.preventDefault();
      }}
      onBlur={() => ignored === undefined && take(text)}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || !text.trim()) return;
        event.preventDefault();
        take(text);
      }}
      start={<ClipboardPaste aria-hidden />}
      className="mono truncate pl-8 text-xs"
      autoCapitalize="none"
      autoComplete="off"
      autoCorrect="off"
      spellCheck={false}
      hint={hint}
      error={error}
    />
  );
}

/** Only what is said: the rest of the form stays. A connection without a TLS mode leaves the choice to the host. */
function draftOfConnection({ host, port, user, password, database, sslmode }: ConnectionParts): Partial<Draft> {
  return {
    ...(host !== undefined && { host }),
    ...(port !== undefined && { port: String(port) }),
    ...(user !== undefined && { user }),
    ...(password !== undefined && { password }),
    ...(database !== undefined && { database }),
    ...(sslmode !== undefined && { sslmode }),
  };
}

function uriOf({ host = "", port, user, database, sslmode }: ConnectionParts): string {
  const socket = host.startsWith("/");
  const address = socket ? "" : host.includes(":") ? `[${host}]` : host;
  const query = new URLSearchParams({ ...(socket && { host }), ...(sslmode && { sslmode }) });
  const name = user === undefined ? "" : `${encodeURIComponent(user)}@`;
  const path = database === undefined ? "" : `/${encodeURIComponent(database)}`;
  const rest = query.size > 0 ? `${path || "/"}?${decodeURIComponent(String(query))}` : path;
  return `postgresql://${name}${address}${port === undefined ? "" : `:${port}`}${rest}`;
}
