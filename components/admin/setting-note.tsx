import { Lock } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import { formatNumber, formatTime } from "@/lib/format";
import { useTimeZone } from "../clock";
import type { FormSetting, Problem } from "./settings-draft";

/** What is wrong, in the viewer's language. */
export function useProblemText() {
  const t = useTranslations("settings.problem");
  return (problem: Problem | undefined): string | undefined => {
    if (!problem) return undefined;
    if (problem.rule === "range") return t("range", { min: problem.min, max: problem.max });
    if (problem.rule === "above_retention" || problem.rule === "threshold")
      return t(problem.rule, { max: problem.max });
    return t(problem.rule);
  };
}

/** What a setting may be, and what it is when nobody changed it. */
export function useBounds() {
  const t = useTranslations("settings");
  const locale = useLocale();
  return ({ min, max, default: initial }: FormSetting): string => {
    if (min !== null && max !== null)
      return t("bounds", { min, max, initial: formatNumber(Number(initial), locale, 0) });
    if (typeof initial === "boolean") return t("initial", { value: t(initial ? "on" : "off") });
    return t("initial", { value: String(initial) });
  };
}

/** A field's hint; where the environment decides, that instead. */
export function Note({ id, variable, children }: { id: string; variable: string | null; children: ReactNode }) {
  const t = useTranslations("settings");
  return (
    <p id={id} className="flex gap-1.5 text-muted-foreground text-xs">
      {variable && <Lock aria-hidden className="icon-12 mt-0.5" />}
      {variable ? t("locked", { variable }) : children}
    </p>
  );
}

/** Who changed a setting last, and when; nothing where it has its default. */
export function Changed({ setting: { updated_at, updated_by, locked } }: { setting: FormSetting }) {
  const t = useTranslations("settings");
  const locale = useLocale();
  const timeZone = useTimeZone();
  if (updated_at === null || locked !== null) return null;
  const time = formatTime(new Date(updated_at), { locale, timeZone, style: "datetime" });
  return (
    <p className="text-muted-foreground text-xs">
      {updated_by === null ? t("changed", { time }) : t("changedBy", { who: updated_by, time })}
    </p>
  );
}
