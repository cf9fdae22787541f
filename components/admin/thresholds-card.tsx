import { useTranslations } from "next-intl";
import { Card, CardHead } from "../ui/card";
import { Input } from "../ui/input";
import { Table, TableCell, TableHead, TableHeader, TableRow } from "../ui/table";
import type { SettingFieldProps } from "./setting-fields";
import { Changed, Note, useProblemText } from "./setting-note";
import { LEVELS, type ThresholdName, thresholdField } from "./settings-draft";

const ID = "thresholds-note";

/** From where on each value is a warning, and critical. */
export function ThresholdsCard({ form, base }: SettingFieldProps) {
  const t = useTranslations("settings");
  const setting = base.settings.thresholds;
  const names = Object.keys(base.limits) as ThresholdName[];
  return (
    <Card>
      <CardHead title={t("group.thresholds")} meta={t("groupMeta.thresholds")} />
      <Table>
        <TableHead>
          <tr>
            <TableHeader>{t("threshold.value")}</TableHeader>
            {LEVELS.map((level) => (
              <TableHeader key={level}>{t(`threshold.${level}`)}</TableHeader>
            ))}
          </tr>
        </TableHead>
        <tbody>
          {names.map((name) => (
            <ThresholdRow key={name} form={form} base={base} name={name} />
          ))}
        </tbody>
      </Table>
      <div className="grid gap-1 border-t px-3 py-2">
        <Note id={ID} variable={setting.locked}>
          {t("hint.thresholds")}
        </Note>
        <Changed setting={setting} />
      </div>
    </Card>
  );
}

function ThresholdRow({ form, base, name }: SettingFieldProps & { name: ThresholdName }) {
  const t = useTranslations("settings");
  const problemText = useProblemText();
  const initial = base.settings.thresholds.default as Record<ThresholdName, Record<"warning" | "critical", number>>;
  const problem = LEVELS.map((level) => problemText(form.problems[thresholdField(name, level)])).find(Boolean);
  const note = `${ID}-${name}`;
  return (
    <TableRow className="align-top">
      <TableCell className="whitespace-normal py-2">
        <span className="font-medium text-sm">{t(`threshold.${name}`)}</span>
        <p id={note} className={problem ? "text-crit-text text-xs" : "text-muted-foreground text-xs"}>
          {problem ?? t("threshold.initial", initial[name])}
        </p>
      </TableCell>
      {LEVELS.map((level) => {
        const field = thresholdField(name, level);
        return (
          <TableCell key={level} className="py-2">
            <Input
              aria-label={t("threshold.field", { name: t(`threshold.${name}`), level: t(`threshold.${level}`) })}
              aria-describedby={note}
              aria-invalid={form.problems[field] ? true : undefined}
              inputMode="decimal"
              autoComplete="off"
              name={field}
              value={String(form.draft[field])}
              disabled={base.settings.thresholds.locked !== null}
              onChange={(event) => form.edit({ [field]: event.target.value })}
              className="w-24 max-md:w-20"
            />
          </TableCell>
        );
      })}
    </TableRow>
  );
}
