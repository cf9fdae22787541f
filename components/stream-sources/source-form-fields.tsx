import { useTranslations } from "next-intl";
import { useId } from "react";
import { Field } from "../ui/field";
import { Label } from "../ui/label";
import { Switch } from "../ui/switch";
import { keepsPassword, type SourceDraft } from "./draft";
import type { SourceItem } from "./source-actions";
import type { SourceErrors } from "./source-errors";

interface SourceFormFieldsProps {
  source: SourceItem | null;
  draft: SourceDraft;
  set(change: Partial<SourceDraft>): void;
  errorOf(place: keyof SourceErrors): string | undefined;
}

export function SourceFormFields({ source, draft, set, errorOf }: SourceFormFieldsProps) {
  const t = useTranslations("streamSources.fields");
  const plain = { autoComplete: "off", spellCheck: false } as const;
  return (
    <>
      <Field
        {...plain}
        label={t("name")}
        hint={t("nameHint", { name: draft.name.trim() || t("nameExample") })}
        value={draft.name}
        onChange={(event) => set({ name: event.target.value })}
        error={errorOf("name")}
        maxLength={32}
        required
        autoFocus
      />
      <Field
        {...plain}
        label={t("url")}
        hint={t("urlHint")}
        placeholder={t("urlExample")}
        value={draft.url}
        onChange={(event) => set({ url: event.target.value })}
        error={errorOf("url")}
        maxLength={500}
        inputMode="url"
        required
      />
      <div className="grid gap-3 sm:grid-cols-2">
        <Field
          {...plain}
          label={t("username")}
          value={draft.username}
          onChange={(event) => set({ username: event.target.value })}
          error={errorOf("username")}
          maxLength={100}
        />
        {/* Never filled by the browser: it is no password of this site. */}
        <Field
          label={t("password")}
          type="password"
          value={draft.password}
          onChange={(event) => set({ password: event.target.value })}
          placeholder={keepsPassword(source, draft) ? t("passwordStored") : ""}
          error={errorOf("password")}
          maxLength={1_024}
          autoComplete="new-password"
        />
      </div>
      <p className="-mt-1.5 text-muted-foreground text-xs">
        {source?.has_secret && !keepsPassword(source, draft) ? t("passwordLost") : t("credentialsHint")}
      </p>
      <Field
        {...plain}
        label={t("interval")}
        hint={t("intervalHint")}
        type="number"
        min={1}
        max={60}
        value={draft.interval}
        onChange={(event) => set({ interval: event.target.value })}
        error={errorOf("interval_seconds")}
        required
      />
      <EnabledField enabled={draft.enabled} set={set} />
    </>
  );
}

function EnabledField({ enabled, set }: { enabled: boolean; set: SourceFormFieldsProps["set"] }) {
  const t = useTranslations("streamSources.fields");
  const id = useId();
  return (
    <div className="flex items-center gap-2.5">
      <Switch id={id} checked={enabled} onCheckedChange={(enabled) => set({ enabled })} />
      <Label htmlFor={id}>{t("enabled")}</Label>
    </div>
  );
}
