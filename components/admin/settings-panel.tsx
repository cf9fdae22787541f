"use client";
import { useTranslations } from "next-intl";
import type { StorageRates, StoredHistory } from "@/lib/metrics/retention";
import { policyOf } from "@/lib/retention/cost";
import type { Cleanup } from "@/lib/retention/schema";
import type { SettingKey } from "@/lib/settings/schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Card, CardHead } from "../ui/card";
import { CleanupCard } from "./cleanup-card";
import { CleanupDialog } from "./cleanup-dialog";
import { DiskCostCard } from "./disk-cost-card";
import { ChoiceSetting, SettingField, type SettingFieldProps, SwitchSetting, TextSetting } from "./setting-fields";
import { type FormBase, valuesOf } from "./settings-draft";
import { ThresholdsCard } from "./thresholds-card";
import { type SettingsActions, type SettingsForm, useSettingsForm } from "./use-settings-form";

interface SettingsPanelProps {
  base: FormBase;
  /** The settings of each card but those with a card of their own. */
  groups: readonly SettingsGroup[];
  /** Measured while the rest is shown already. */
  rates: Promise<StorageRates>;
  stored: StoredHistory;
  /** The last clean-up that ran. */
  last: Cleanup | null;
  actions: SettingsActions;
}

export interface SettingsGroup {
  name: "collection" | "analysis" | "records" | "streams" | "access" | "general";
  keys: readonly Exclude<SettingKey, "thresholds">[];
}

/** All settings, what history costs in disk, and the clean-up. */
export function SettingsPanel({ base, groups, rates, stored, last, actions }: SettingsPanelProps) {
  const t = useTranslations("settings");
  const form = useSettingsForm(base, actions);
  const fields = { form, base };
  const [first, ...others] = groups;
  return (
    <div className="grid grid-cols-[minmax(0,1fr)_404px] items-start gap-3 max-xl:grid-cols-1">
      <form
        noValidate
        // What is focused must not lie under the bar at the bottom.
        className="grid gap-3 [&_button]:scroll-mb-16 [&_input]:scroll-mb-16"
        onSubmit={(event) => {
          event.preventDefault();
          form.submit();
        }}
      >
        {first && <GroupCard {...fields} group={first} />}
        <HistoryCard {...fields} />
        {others.map((group) => (
          <GroupCard key={group.name} {...fields} group={group} />
        ))}
        <ThresholdsCard {...fields} />
        <Footer form={form} />
      </form>
      <div className="grid gap-3 max-xl:md:grid-cols-2">
        <DiskCostCard
          rates={rates}
          policy={policyOf(valuesOf(form.draft, base))}
          before={policyOf(base.values)}
          stored={stored}
        />
        <CleanupCard last={last} archiving={base.values.archive_enabled} cleanUp={actions.cleanUp} />
      </div>
      <CleanupDialog
        title={t("lossTitle")}
        text={t("lossText")}
        confirm={t("lossConfirm")}
        outcome={form.loss}
        pending={form.pending}
        onConfirm={form.confirm}
        onClose={form.decline}
      />
    </div>
  );
}

/** Settings that need no card of their own making, two in a row. */
function GroupCard({ group: { name, keys }, ...fields }: SettingFieldProps & { group: SettingsGroup }) {
  const t = useTranslations("settings");
  return (
    <Card>
      <CardHead title={t(`group.${name}`)} meta={t(`groupMeta.${name}`)} />
      <div className="grid grid-cols-2 items-start gap-4 p-3 max-md:grid-cols-1">
        {keys.map((key) => (
          <SettingField key={key} {...fields} name={key} />
        ))}
      </div>
    </Card>
  );
}

const PAIRS = "grid grid-cols-2 items-start gap-4 border-t pt-3 max-md:grid-cols-1";

function HistoryCard(fields: SettingFieldProps) {
  const t = useTranslations("settings");
  return (
    <Card>
      <CardHead title={t("group.history")} meta={t("groupMeta.history")} />
      <div className="grid gap-4 p-3">
        <SwitchSetting {...fields} name="archive_enabled" />
        <div className={PAIRS}>
          <TextSetting {...fields} name="downsample_after_days" />
          <ChoiceSetting {...fields} name="downsample_interval" />
          <TextSetting {...fields} name="retention_days" />
          <TextSetting {...fields} name="retention_months" />
        </div>
        <div className={PAIRS}>
          <SwitchSetting {...fields} name="cleanup_enabled" />
          <TextSetting {...fields} name="cleanup_interval_minutes" />
        </div>
      </div>
    </Card>
  );
}

function Footer({ form }: { form: SettingsForm }) {
  const t = useTranslations("settings");
  const idle = form.pending || form.edits === 0;
  return (
    <div className="sticky bottom-0 z-10 grid gap-2 border-t bg-background py-2">
      <FormError>{form.failure}</FormError>
      <div className="flex flex-wrap items-center gap-2">
        <Button type="submit" variant="primary" disabled={idle}>
          {form.pending ? t("saving") : t("save")}
        </Button>
        <Button disabled={idle} onClick={form.discard}>
          {t("discard")}
        </Button>
        <p aria-live="polite" className="text-muted-foreground text-xs">
          {form.edits > 0 ? t("unsaved", { count: form.edits }) : null}
        </p>
      </div>
    </div>
  );
}
