import { Plus, X } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { MOST_LABELS } from "@/lib/fleet/input-schema";
import { Button } from "../ui/button";
import { Field } from "../ui/field";
import { readLabels } from "./read-labels";

const EXAMPLE = "env=prod";

interface LabelsFieldProps {
  labels: Readonly<Record<string, string>>;
  onChange(labels: Record<string, string>): void;
  error?: string | undefined;
}

/** Labels as chips; what is typed becomes one with Enter, a comma, or when the field is left. */
export function LabelsField({ labels, onChange, error }: LabelsFieldProps) {
  const t = useTranslations("serverForm.labels");
  const [text, setText] = useState("");
  const [wrong, setWrong] = useState<string | undefined>();
  const box = useRef<HTMLDivElement>(null);
  const entries = Object.entries(labels);
  const take = (given: string) => {
    const read = readLabels(given);
    if (read === null) return setWrong(t("shape"));
    const all = { ...labels, ...read };
    if (Object.keys(all).length > MOST_LABELS) return setWrong(t("most", { most: MOST_LABELS }));
    setText("");
    setWrong(undefined);
    if (Object.keys(read).length > 0) onChange(all);
  };
  const remove = (name: string) => {
    onChange(Object.fromEntries(entries.filter(([other]) => other !== name)));
    box.current?.querySelector("input")?.focus();
  };
  return (
    <div ref={box} className="grid gap-2">
      <Field
        label={t("label")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setWrong(undefined);
        }}
        onKeyDown={(event) => {
          if ((event.key !== "Enter" && event.key !== ",") || !text.trim()) return;
          event.preventDefault();
          take(text);
        }}
        onBlur={() => take(text)}
        placeholder={EXAMPLE}
        hint={t("hint", { most: MOST_LABELS })}
        error={wrong ?? error}
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        className="mono pr-9 text-xs"
        end={
          <Button
            variant="ghost"
            size="icon-sm"
            className="max-md:size-8"
            aria-label={t("add")}
            onClick={() => take(text)}
          >
            <Plus aria-hidden />
          </Button>
        }
      />
      {entries.length > 0 && (
        <ul aria-label={t("label")} className="flex flex-wrap gap-1.5">
          {entries.map(([name, value]) => (
            <li
              key={name}
              className="inline-flex h-6 max-w-full items-center rounded-sm border border-idle-line bg-idle-soft pl-2 text-idle-text text-xs max-md:h-9"
            >
              <span className="truncate">
                {name}={value}
              </span>
              <button
                type="button"
                aria-label={t("remove", { label: `${name}=${value}` })}
                onClick={() => remove(name)}
                className="inline-flex size-6 shrink-0 items-center justify-center rounded-sm hover:text-foreground max-md:size-9"
              >
                <X aria-hidden className="icon-12" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
