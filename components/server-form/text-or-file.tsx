import { CircleAlert, FileUp } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId, useRef, useState } from "react";
import { Button } from "../ui/button";
import { Label } from "../ui/label";

interface TextOrFileProps {
  label: string;
  value: string;
  onChange(value: string): void;
  hint?: string;
  error?: string | undefined;
  rows?: number;
  /** Bytes. */
  most: number;
  placeholder?: string;
}

/** A longer text, typed, pasted, or read from a file of the viewer's. */
export function TextOrFile({ label, value, onChange, hint, error, rows = 4, most, placeholder }: TextOrFileProps) {
  const t = useTranslations("serverForm.file");
  const id = useId();
  const file = useRef<HTMLInputElement>(null);
  const [tooLarge, setTooLarge] = useState(false);
  const read = async (chosen: File | undefined) => {
    if (!chosen) return;
    setTooLarge(chosen.size > most);
    if (chosen.size <= most) onChange(await chosen.text());
  };
  const wrong = tooLarge ? t("tooLarge", { size: most / 1_024 }) : error;
  const note = wrong ?? hint;
  return (
    <div className="grid gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <textarea
        id={id}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        rows={rows}
        placeholder={placeholder}
        spellCheck={false}
        autoCapitalize="none"
        autoComplete="off"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={note ? `${id}-note` : undefined}
        className="mono w-full resize-y rounded-md border border-input bg-card px-2.5 py-1.5 text-foreground placeholder:text-muted-foreground focus-visible:outline-2 focus-visible:-outline-offset-1 aria-invalid:border-crit max-md:text-lg"
      />
      <div className="flex flex-wrap items-start justify-between gap-2">
        {note && (
          <p
            id={`${id}-note`}
            className={`min-w-0 flex-1 text-xs ${wrong ? "flex gap-1.5 text-crit-text" : "text-muted-foreground"}`}
          >
            {wrong && <CircleAlert aria-hidden className="icon-12 mt-0.5" />}
            {note}
          </p>
        )}
        <Button size="sm" className="ml-auto" onClick={() => file.current?.click()}>
          <FileUp aria-hidden />
          {t("choose")}
        </Button>
        <input
          ref={file}
          type="file"
          aria-label={`${label}: ${t("choose")}`}
          tabIndex={-1}
          className="hidden"
          onChange={(event) => {
            void read(event.target.files?.[0]);
            event.target.value = "";
          }}
        />
      </div>
    </div>
  );
}
