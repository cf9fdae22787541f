import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { type ReactNode, useId } from "react";
import { Field } from "../ui/field";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { Switch } from "../ui/switch";
import { type FormKey, type NumberKey, type Problem, STEPS } from "./settings-draft";
import type { SettingsForm } from "./use-settings-form";

/** What each field needs of the form around it. */
export interface SettingFieldProps {
  form: SettingsForm;
  /** Which settings the environment fixes, by which variable. */
  locks: Partial<Record<string, string>>;
}

/** What is wrong, in the viewer's language. */
function useProblemText() {
  const t = useTranslations("settings.problem");
  return (problem: Problem | undefined): string | undefined => {
    if (!problem) return undefined;
    if (problem.rule === "range") return t("range", { min: problem.min, max: problem.max });
    return problem.rule === "above_retention" ? t("above_retention", { max: problem.max }) : t(problem.rule);
  };
}

/** A whole number with its unit. */
export function NumberSetting({ form, locks, name }: SettingFieldProps & { name: NumberKey }) {
  const t = useTranslations("settings");
  const problem = useProblemText()(form.problems[name]);
  const variable = locks[name];
  const idle = name === "retention_days" && form.draft.downsample_interval === "1h";
  return (
    <Field
      label={t(`label.${name}`)}
      hint={variable ? t("locked", { variable }) : t(idle ? "hint.retention_days_hour" : `hint.${name}`)}
      error={variable ? undefined : problem}
      end={
        <span className="flex items-center gap-1.5 pr-1.5 text-muted-foreground text-xs">
          {t(`unit.${name}`)}
          {variable && <Lock aria-hidden className="icon-12" />}
        </span>
      }
      inputMode="numeric"
      autoComplete="off"
      name={name}
      value={form.draft[name]}
      disabled={variable !== undefined}
      onChange={(event) => form.edit({ [name]: event.target.value })}
      className="pr-16"
    />
  );
}

type SwitchKey = Extract<FormKey, "archive_enabled" | "cleanup_enabled">;

/** On or off, with what that means beside it. */
export function SwitchSetting({ form, locks, name }: SettingFieldProps & { name: SwitchKey }) {
  const t = useTranslations("settings");
  const id = useId();
  const variable = locks[name];
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium text-sm">
          {t(`label.${name}`)}
        </label>
        <Note id={`${id}-note`} variable={variable}>
          {t(form.draft[name] ? `hint.${name}_on` : `hint.${name}_off`)}
        </Note>
      </div>
      <Switch
        id={id}
        aria-describedby={`${id}-note`}
        checked={form.draft[name]}
        disabled={variable !== undefined}
        onCheckedChange={(on) => form.edit({ [name]: on })}
      />
    </div>
  );
}

/** The step to which older history is reduced. */
export function StepSetting({ form, locks }: SettingFieldProps) {
  const t = useTranslations("settings");
  const id = useId();
  const variable = locks.downsample_interval;
  return (
    <div className="grid content-start gap-1.5">
      <span id={id} className="font-medium text-foreground-2 text-xs">
        {t("label.downsample_interval")}
      </span>
      <Segmented
        aria-label={t("label.downsample_interval")}
        aria-describedby={`${id}-note`}
        disabled={variable !== undefined}
        className="h-8 w-full"
      >
        {STEPS.map((step) => (
          <SegmentedItem
            key={step}
            active={form.draft.downsample_interval === step}
            onClick={() => form.edit({ downsample_interval: step })}
            className="flex-1 justify-center disabled:text-disabled-foreground"
          >
            {t(`step.${step}`)}
          </SegmentedItem>
        ))}
      </Segmented>
      <Note id={`${id}-note`} variable={variable}>
        {t(form.draft.downsample_interval === "1h" ? "hint.step_hour" : "hint.step_other")}
      </Note>
    </div>
  );
}

/** A field's hint; where the environment decides, that instead. */
function Note({ id, variable, children }: { id: string; variable: string | undefined; children: ReactNode }) {
  const t = useTranslations("settings");
  return (
    <p id={id} className="flex gap-1.5 text-muted-foreground text-xs">
      {variable && <Lock aria-hidden className="icon-12 mt-0.5" />}
      {variable ? t("locked", { variable }) : children}
    </p>
  );
}
