import { Moon, Sun, SunMoon } from "lucide-react";
import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import { toast } from "sonner";
import { LOCALE_NAMES, LOCALES } from "@/lib/i18n/locales";
import { THEMES } from "@/lib/theme";
import { useTheme } from "../theme-provider";
import { Card, CardHead } from "../ui/card";
import { Segmented, SegmentedItem } from "../ui/segmented";
import type { ProfileActions } from "./profile-actions";
import { SelectField } from "./select-field";

interface PreferencesCardProps {
  timeZone: string | null;
  /** IANA names. */
  zones: readonly string[];
  actions: Pick<ProfileActions, "saveProfile" | "saveLanguage">;
  onChanged(): void;
}

const ICONS = { light: Sun, dark: Moon, system: SunMoon };

/** Language, theme and time zone: each holds as soon as it is chosen, here and wherever the viewer signs in. */
export function PreferencesCard({ timeZone, zones, actions, onChanged }: PreferencesCardProps) {
  const t = useTranslations();
  const locale = useLocale();
  const { theme, setTheme } = useTheme();
  return (
    <Card>
      <CardHead title={t("profile.preferences.title")} />
      <div className="grid gap-3 p-3">
        <Choice label={t("shell.language")}>
          {LOCALES.map((language) => (
            <SegmentedItem
              key={language}
              active={language === locale}
              lang={language}
              className="flex-1 justify-center"
              onClick={() => void actions.saveLanguage(language)}
            >
              {LOCALE_NAMES[language]}
            </SegmentedItem>
          ))}
        </Choice>
        <Choice label={t("shell.theme")}>
          {THEMES.map((id) => {
            const Icon = ICONS[id];
            return (
              <SegmentedItem
                key={id}
                active={id === theme}
                className="flex-1 justify-center"
                onClick={() => setTheme(id)}
              >
                <Icon aria-hidden />
                {t(`shell.${id}`)}
              </SegmentedItem>
            );
          })}
        </Choice>
        <TimeZoneChoice timeZone={timeZone} zones={zones} save={actions.saveProfile} onChanged={onChanged} />
      </div>
    </Card>
  );
}

function Choice({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="grid gap-1.5">
      <span aria-hidden className="font-medium text-foreground-2 text-xs">
        {label}
      </span>
      <Segmented aria-label={label} className="w-full">
        {children}
      </Segmented>
    </div>
  );
}

interface TimeZoneChoiceProps {
  timeZone: string | null;
  zones: readonly string[];
  save: ProfileActions["saveProfile"];
  onChanged(): void;
}

function TimeZoneChoice({ timeZone, zones, save, onChanged }: TimeZoneChoiceProps) {
  const t = useTranslations("profile");
  const [chosen, setChosen] = useState(timeZone ?? "");
  const choose = async (zone: string) => {
    setChosen(zone);
    const result = await save({ time_zone: zone || null }).catch(() => null);
    if (result?.ok) return onChanged();
    setChosen(timeZone ?? "");
    toast.error(t("refused.failed"));
  };
  // One that this server does not list may have been saved through the API.
  const listed = [...new Set(["UTC", ...zones, ...(timeZone ? [timeZone] : [])])];
  return (
    <SelectField
      label={t("preferences.timeZone")}
      hint={t("preferences.timeZoneHint")}
      value={chosen}
      onChange={(event) => void choose(event.target.value)}
    >
      <option value="">{t("preferences.browserZone")}</option>
      {listed.map((zone) => (
        <option key={zone} value={zone}>
          {zone.replaceAll("_", " ")}
        </option>
      ))}
    </SelectField>
  );
}
