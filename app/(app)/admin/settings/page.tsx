import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { getTranslations } from "next-intl/server";
import { formValues } from "@/components/admin/settings-draft";
import { SettingsPanel } from "@/components/admin/settings-panel";
import { requireUser } from "@/lib/http/actor";
import { asAppError } from "@/lib/http/problem";
import { readSettingsPage } from "@/lib/retention/queries";
import { cleanUp, previewSettings, saveSettings } from "./actions";

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations("navigation"))("settings") };
}

const ACTIONS = { save: saveSettings, preview: previewSettings, cleanUp };

export default async function SettingsPage() {
  const { values, ...page } = await readSettingsPage(await requireUser()).catch((error: unknown) => {
    // Who may not read it need not know that it is there.
    if (asAppError(error)?.code === "forbidden") notFound();
    throw error;
  });
  return <SettingsPanel values={formValues(values)} {...page} actions={ACTIONS} />;
}
