import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { useState, useTransition } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import type { Cleanup } from "@/lib/retention/schema";
import {
  changesOf,
  countEdits,
  type Draft,
  draftOf,
  type FormBase,
  keepsLess,
  type Problems,
  problemsOf,
  readProblems,
  valuesOf,
} from "./settings-draft";

/** What the page does on the server; it hands these actions in. */
export interface SettingsActions {
  save(changes: unknown): Promise<ActionResult<unknown>>;
  /** What the next clean-up would do under changed settings. */
  preview(changes: unknown): Promise<ActionResult<Cleanup>>;
  cleanUp(input: unknown): Promise<ActionResult<Cleanup>>;
}

type Refusal = Extract<ActionResult<unknown>, { ok: false }>["error"];

/** State and doings of the settings form. */
export function useSettingsForm(base: FormBase, actions: SettingsActions) {
  const { values: saved } = base;
  const t = useTranslations("settings");
  const router = useRouter();
  const [edits, setEdits] = useState<Partial<Draft>>({});
  const [refused, setRefused] = useState<Problems>({});
  const [failure, setFailure] = useState<string | null>(null);
  /** What would be lost, while the viewer is asked whether it may be. */
  const [loss, setLoss] = useState<Cleanup | null>(null);
  const [pending, start] = useTransition();
  const draft: Draft = { ...draftOf(base), ...edits };
  const problems = { ...problemsOf(draft, base), ...refused };

  const fail = (error: Refusal | undefined) => {
    const found = readProblems(error?.fields ?? [], base);
    setRefused(found);
    if (Object.keys(found).length === 0) setFailure(error && error.code !== "internal" ? error.message : t("failed"));
  };
  const save = async () => {
    setLoss(null);
    const result = await actions.save(changesOf(draft, base)).catch(() => null);
    if (!result?.ok) return fail(result?.error);
    toast.success(t("saved"), { description: t("savedHint") });
    start(() => {
      setEdits({});
      router.refresh();
    });
  };
  const submit = async () => {
    setFailure(null);
    if (countEdits(draft, base) === 0 || Object.keys(problems).length > 0) return;
    if (!keepsLess(valuesOf(draft, base), saved)) return save();
    const result = await actions.preview(changesOf(draft, base)).catch(() => null);
    if (!result?.ok) return fail(result?.error);
    if (result.data.deleted_count + result.data.downsampled_count === 0) return save();
    setLoss(result.data);
  };
  return {
    draft,
    problems,
    failure,
    loss,
    pending,
    edits: countEdits(draft, base),
    edit(change: Partial<Draft>) {
      setEdits({ ...edits, ...change });
      setRefused({});
    },
    discard() {
      setEdits({});
      setRefused({});
      setFailure(null);
    },
    submit: () => start(submit),
    confirm: () => start(save),
    decline: () => setLoss(null),
  };
}
export type SettingsForm = ReturnType<typeof useSettingsForm>;
