import { ChevronsUpDown, CircleAlert, Eye, EyeOff, Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ComponentProps, useId, useState } from "react";
import { cn } from "@/lib/utils";
import { Field } from "../ui/field";
import { Label } from "../ui/label";
import type { Draft, SecretField as SecretName } from "./draft";
import type { ServerForm } from "./use-server-form";

/** Fields with a sentence of their own on what may stand in them. */
const WORDED = [
  "name",
  "host",
  "port",
  "user",
  "database",
  "ca",
  "labels",
  "ssh_host",
  "ssh_port",
  "ssh_user",
] as const;
const INTERVAL = /^intervals\./;

/** What is wrong with a field, in the viewer's words; the server's own where there are none. */
export function useErrorText({ errors }: Pick<ServerForm, "errors">): (path: string) => string | undefined {
  const t = useTranslations("serverForm.errors");
  return (path) => {
    const rule = errors[path];
    if (rule === undefined) return undefined;
    if (rule === "required" || rule === "taken") return t(rule);
    if (INTERVAL.test(path)) return t(path === "intervals.collect_interval" ? "interval" : "longInterval");
    const worded = WORDED.find((name) => name === path);
    return worded ? t(worded) : rule;
  };
}

type TextName = "name" | "host" | "port" | "user" | "database" | "ssh_host" | "ssh_port" | "ssh_user";

interface DraftFieldProps extends Omit<ComponentProps<typeof Field>, "form" | "name" | "label"> {
  form: ServerForm;
  name: TextName;
  /** For people rather than machines: no fixed width. */
  plain?: boolean;
}

/** A text of the draft: identifiers, so nothing is corrected or completed. */
export function DraftField({ form, name, plain, ...props }: DraftFieldProps) {
  const t = useTranslations("serverForm.fields");
  const errorText = useErrorText(form);
  return (
    <Field
      label={t(name)}
      value={form.draft[name]}
      onChange={(event) => form.set({ [name]: event.target.value } as Pick<Draft, TextName>)}
      error={errorText(name)}
      autoCapitalize="none"
      autoComplete="off"
      autoCorrect="off"
      spellCheck={false}
      className={plain ? undefined : "mono text-xs"}
      {...props}
    />
  );
}

interface SecretFieldProps {
  form: ServerForm;
  name: SecretName;
  /** Whether the stored server has one. */
  stored: boolean;
}

/** A secret: a stored one is kept while nothing is typed, unless what has changed must not get it. */
export function SecretField({ form, name, stored }: SecretFieldProps) {
  const t = useTranslations("serverForm");
  const errorText = useErrorText(form);
  const [shown, setShown] = useState(false);
  const value = form.draft[name];
  const fate = form.secrets[name];
  const set = (next: string | null) => form.set({ [name]: next } as Pick<Draft, SecretName>);
  const dropped = fate === "dropped" && !errorText(name);
  const keeps = value === null ? t("secret.removed") : t("secret.keep");
  const hint = dropped ? t("secret.dropped") : keeps;
  const Icon = shown ? EyeOff : Eye;
  return (
    <div className={cn("grid min-w-0 content-start gap-1.5", dropped && "[&_p]:text-warn-text")}>
      <Field
        label={t(`fields.${name}`)}
        type={shown ? "text" : "password"}
        value={value ?? ""}
        onChange={(event) => set(event.target.value)}
        placeholder={stored && fate === "stored" ? "••••••••" : undefined}
        autoComplete="new-password"
        autoCapitalize="none"
        autoCorrect="off"
        spellCheck={false}
        data-1p-ignore
        data-lpignore="true"
        className={cn("mono pr-9 pl-8 text-xs", dropped && "border-warn")}
        start={<Lock aria-hidden />}
        end={
          <button
            type="button"
            aria-label={shown ? t("secret.hide") : t("secret.show")}
            aria-pressed={shown}
            onClick={() => setShown(!shown)}
            className="inline-flex size-7 items-center justify-center rounded-sm text-muted-foreground transition-colors hover:text-foreground"
          >
            <Icon aria-hidden className="icon-14" />
          </button>
        }
        error={errorText(name)}
        {...(stored && { hint })}
      />
      {stored && fate !== "dropped" && !value && (
        <button
          type="button"
          onClick={() => set(value === null ? "" : null)}
          className="justify-self-start rounded-sm text-primary-text text-xs hover:underline"
        >
          {value === null ? t("secret.keepAfterAll") : t("secret.remove")}
        </button>
      )}
    </div>
  );
}

interface ChoiceFieldProps extends ComponentProps<"select"> {
  label: string;
  hint?: string | undefined;
  error?: string | undefined;
}

/** Label, choice of one, hint or error: tied together for screen readers. */
export function ChoiceField({ label, hint, error, className, ...select }: ChoiceFieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className="grid min-w-0 content-start gap-1.5">
      <Label htmlFor={id}>{label}</Label>
      <div className="relative">
        <select
          id={id}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          className={cn(
            "h-8 w-full min-w-0 appearance-none truncate rounded-md border border-input bg-card pr-8 pl-2.5 text-foreground text-sm focus-visible:outline-2 focus-visible:-outline-offset-1 aria-invalid:border-crit max-md:h-9 max-md:text-lg",
            className,
          )}
          {...select}
        />
        <ChevronsUpDown
          aria-hidden
          className="icon-14 pointer-events-none absolute inset-y-0 right-2.5 my-auto text-muted-foreground"
        />
      </div>
      {note && (
        <p
          id={`${id}-note`}
          className={cn("wrap-anywhere text-xs", error ? "flex gap-1.5 text-crit-text" : "text-muted-foreground")}
        >
          {error && <CircleAlert aria-hidden className="icon-12 mt-0.5" />}
          {note}
        </p>
      )}
    </div>
  );
}
