import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { formBase } from "@/components/admin/form-base";
import { SettingsPanel } from "@/components/admin/settings-panel";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { readSettingsPage } from "@/lib/retention/queries";
import { SETTING_GROUPS } from "@/lib/settings/groups";
import { readSettings } from "@/lib/settings/queries";
import { cleanUp, previewSettings, saveSettings } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("settings") };
}

/** History and thresholds have cards of their own. */
const GROUPS = (["collection", "analysis", "records", "streams", "access", "general"] as const).map((name) => ({
  name,
  keys: SETTING_GROUPS[name],
}));

const ACTIONS = { save: saveSettings, preview: previewSettings, cleanUp };

export default async function SettingsPage() {
  const actor = await requireUser();
  const reading = Promise.all([readSettings(actor), readSettingsPage(actor)]);
  const [view, { stored, rates, last }] = await reading.catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  return <SettingsPanel base={formBase(view)} groups={GROUPS} {...{ stored, rates, last }} actions={ACTIONS} />;
}
