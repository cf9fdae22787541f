import { useTranslations } from "next-intl";
import { useId } from "react";
import { Field } from "../ui/field";
import { Switch } from "../ui/switch";
import { useErrorText } from "./form-fields";
import { LabelsField } from "./labels-field";
import { INTERVALS } from "./server-actions";
import type { ServerForm } from "./use-server-form";

/** How the server is found again, how often it is asked, and whether at all. */
export function LabelsStep({ form }: { form: ServerForm }) {
  const t = useTranslations("serverForm");
  const errorText = useErrorText(form);
  const id = useId();
  const { draft, set, start } = form;
  return (
    <>
      <LabelsField labels={draft.labels} onChange={(labels) => set({ labels })} error={errorText("labels")} />
      <hr className="border-border" />
      <div className="grid grid-cols-3 items-start gap-2.5 max-sm:grid-cols-1">
        {INTERVALS.map((name) => (
          <Field
            key={name}
            label={t(`fields.${name}`)}
            value={draft.intervals[name]}
            onChange={(event) => set({ intervals: { ...draft.intervals, [name]: event.target.value } })}
            inputMode="numeric"
            maxLength={5}
            autoComplete="off"
            placeholder={String(start.intervals[name])}
            hint={t(`intervals.${name}`)}
            error={errorText(`intervals.${name}`)}
          />
        ))}
      </div>
      <p className="-mt-1.5 text-muted-foreground text-xs">{t("intervals.hint")}</p>
      <hr className="border-border" />
      <div className="flex items-start justify-between gap-4">
        <div className="grid gap-0.5">
          <label htmlFor={id} className="font-medium text-sm">
            {t("enabled.label")}
          </label>
          <p id={`${id}-note`} className="text-muted-foreground text-xs">
            {t("enabled.hint")}
          </p>
        </div>
        <Switch
          id={id}
          aria-describedby={`${id}-note`}
          checked={draft.enabled}
          onCheckedChange={(enabled) => set({ enabled })}
          className="mt-0.5"
        />
      </div>
    </>
  );
}
