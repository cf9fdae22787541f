import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { type FormBase, formValues, NUMBER_KEYS } from "@/components/admin/settings-draft";
import { SettingsPanel } from "@/components/admin/settings-panel";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { readSettingsPage } from "@/lib/retention/queries";
import { SETTINGS, type Settings } from "@/lib/settings/schema";
import { cleanUp, previewSettings, saveSettings } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("settings") };
}

function formBase(values: Settings): FormBase {
  const ranges = NUMBER_KEYS.map((key) => [key, { min: SETTINGS[key].min, max: SETTINGS[key].max }]);
  return { values: formValues(values), ranges: Object.fromEntries(ranges) };
}

const ACTIONS = { save: saveSettings, preview: previewSettings, cleanUp };

export default async function SettingsPage() {
  const { values, ...page } = await readSettingsPage(await requireUser()).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  return <SettingsPanel base={formBase(values)} {...page} actions={ACTIONS} />;
}
