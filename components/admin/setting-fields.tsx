import { Lock } from "lucide-react";
import { useTranslations } from "next-intl";
import { useId } from "react";
import type { SettingKey } from "@/lib/settings/schema";
import { Field } from "../ui/field";
import { Segmented, SegmentedItem } from "../ui/segmented";
import { Switch } from "../ui/switch";
import { Changed, Note, useBounds, useProblemText } from "./setting-note";
import { type FormBase, STEPS } from "./settings-draft";
import type { SettingsForm } from "./use-settings-form";

/** What each field needs of the form around it. */
export interface SettingFieldProps {
  form: SettingsForm;
  base: FormBase;
}

type Plain = Exclude<SettingKey, "thresholds">;
type NamedProps<Name extends Plain = Plain> = SettingFieldProps & { name: Name };

/** The field that fits the kind of a setting. */
export function SettingField(props: NamedProps) {
  const { value_type, options } = props.base.settings[props.name];
  if (value_type === "bool") return <SwitchSetting {...props} />;
  return options ? <ChoiceSetting {...props} /> : <TextSetting {...props} />;
}

const UNITS = ["s", "ms", "min", "days", "months"] as const;

/** A number with its unit, or a text. */
export function TextSetting({ form, base, name }: NamedProps) {
  const t = useTranslations("settings");
  const problem = useProblemText()(form.problems[name]);
  const bounds = useBounds();
  const setting = base.settings[name];
  const { locked, value_type } = setting;
  const unit = UNITS.find((known) => known === setting.unit);
  const idle = name === "retention_days" && form.draft.downsample_interval === "1h";
  const hint = `${t(idle ? "hint.retention_days_hour" : `hint.${name as NoteKey}`)} ${bounds(setting)}`;
  return (
    <div className="grid content-start gap-1">
      <Field
        label={t(`label.${name}`)}
        hint={locked ? t("locked", { variable: locked }) : hint}
        error={locked ? undefined : problem}
        end={
          <span className="flex items-center gap-1.5 pr-1.5 text-muted-foreground text-xs">
            {unit && t(`unit.${unit}`)}
            {locked && <Lock aria-hidden className="icon-12" />}
          </span>
        }
        inputMode={value_type === "int" ? "numeric" : "text"}
        autoComplete="off"
        spellCheck={false}
        name={name}
        value={String(form.draft[name])}
        disabled={locked !== null}
        onChange={(event) => form.edit({ [name]: event.target.value })}
        className="pr-16"
      />
      <Changed setting={setting} />
    </div>
  );
}

/** Switches whose two positions need a sentence each. */
const TWO_NOTES = ["archive_enabled", "cleanup_enabled"] as const;
type TwoNotes = (typeof TWO_NOTES)[number];
/** Settings with one sentence, whatever they hold. */
type NoteKey = Exclude<Plain, TwoNotes | "downsample_interval">;

/** On or off, with what that means beside it. */
export function SwitchSetting({ form, base, name }: NamedProps) {
  const t = useTranslations("settings");
  const bounds = useBounds();
  const id = useId();
  const setting = base.settings[name];
  const two = TWO_NOTES.find((known) => known === name);
  const on = form.draft[name] === true;
  const hint = two ? t(`hint.${two}_${on ? "on" : "off"}`) : `${t(`hint.${name as NoteKey}`)} ${bounds(setting)}`;
  return (
    <div className="flex items-start justify-between gap-4">
      <div className="grid gap-0.5">
        <label htmlFor={id} className="font-medium text-sm">
          {t(`label.${name}`)}
        </label>
        <Note id={`${id}-note`} variable={setting.locked}>
          {hint}
        </Note>
        <Changed setting={setting} />
      </div>
      <Switch
        id={id}
        aria-describedby={`${id}-note`}
        checked={on}
        disabled={setting.locked !== null}
        onCheckedChange={(next) => form.edit({ [name]: next })}
      />
    </div>
  );
}

/** One of a few. */
export function ChoiceSetting({ form, base, name }: NamedProps) {
  const t = useTranslations("settings");
  const problem = useProblemText()(form.problems[name]);
  const id = useId();
  const setting = base.settings[name];
  const { locked, options } = setting;
  const nameOf = (option: string) => {
    const step = STEPS.find((known) => known === option);
    if (step) return t(`step.${step}`);
    return t(`choice.${option as "off" | "admins" | "everyone" | "en" | "ru"}`);
  };
  const step = form.draft.downsample_interval === "1h" ? "hint.step_hour" : "hint.step_other";
  const hint = t(name === "downsample_interval" ? step : `hint.${name as NoteKey}`);
  return (
    <div className="grid content-start gap-1.5">
      <span className="font-medium text-foreground-2 text-xs">{t(`label.${name}`)}</span>
      <Segmented
        aria-label={t(`label.${name}`)}
        aria-describedby={`${id}-note`}
        disabled={locked !== null}
        className="h-8 w-full"
      >
        {options?.map((option) => (
          <SegmentedItem
            key={option}
            active={form.draft[name] === option}
            onClick={() => form.edit({ [name]: option })}
            className="flex-1 justify-center disabled:text-disabled-foreground"
          >
            {nameOf(option)}
          </SegmentedItem>
        ))}
      </Segmented>
      <Note id={`${id}-note`} variable={locked}>
        {problem ?? `${hint} ${t("initial", { value: nameOf(String(setting.default)) })}`}
      </Note>
      <Changed setting={setting} />
    </div>
  );
}
