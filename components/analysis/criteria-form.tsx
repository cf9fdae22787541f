"use client";
import { Lock, SlidersHorizontal } from "lucide-react";
import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, startTransition, useActionState, useState } from "react";
import { toast } from "sonner";
import type { Criteria } from "@/lib/fleet/analysis-schema";
import type { ActionResult } from "@/lib/http/action";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import {
  CRITERIA,
  type CriteriaBase,
  type CriterionName,
  draftOf,
  type Problem,
  type Problems,
  readDraft,
  readProblems,
} from "./criteria-draft";

interface CriteriaButtonProps {
  criteria: Criteria;
  base: CriteriaBase;
  save(criteria: Criteria): Promise<ActionResult<Criteria>>;
}

/** Opens the form of the criteria. */
export function CriteriaButton(props: CriteriaButtonProps) {
  const t = useTranslations("analysis.criteria");
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        <SlidersHorizontal aria-hidden />
        {t("change")}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t("title")} description={t("note")}>
        <CriteriaForm {...props} onClose={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

interface Refusal {
  problems?: Problems;
  form?: "failed" | "forbidden";
}

function CriteriaForm({ criteria, base, save, onClose }: CriteriaButtonProps & { onClose(): void }) {
  const t = useTranslations("analysis.criteria");
  const router = useRouter();
  const [draft, setDraft] = useState(() => draftOf(criteria));
  const [refusal, start, pending] = useActionState(async (): Promise<Refusal> => {
    const read = readDraft(draft, base);
    if ("problems" in read) return read;
    const result = await save(read.criteria).catch(() => null);
    if (!result?.ok) return refusalOf(result);
    toast.success(t("saved"));
    router.refresh();
    onClose();
    return {};
  }, {});
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!pending) startTransition(start);
  };
  return (
    <form onSubmit={submit} noValidate className="grid gap-3 p-4">
      <p className="text-sm">{t("note")}</p>
      {CRITERIA.map((name) => (
        <CriterionField
          key={name}
          name={name}
          criterion={base[name]}
          value={draft[name]}
          problem={refusal.problems?.[name]}
          onChange={(value) => setDraft({ ...draft, [name]: value })}
        />
      ))}
      <FormError>{refusal.form ? t(refusal.form) : null}</FormError>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={onClose}>{t("cancel")}</Button>
        <Button type="submit" variant="primary" aria-disabled={pending || undefined}>
          {t("save")}
        </Button>
      </div>
    </form>
  );
}

function refusalOf(result: Extract<ActionResult<Criteria>, { ok: false }> | null): Refusal {
  const problems = readProblems(result?.error.fields ?? []);
  if (Object.keys(problems).length > 0) return { problems };
  return { form: result?.error.code === "forbidden" ? "forbidden" : "failed" };
}

interface CriterionFieldProps {
  name: CriterionName;
  criterion: CriteriaBase[CriterionName];
  value: string;
  problem: Problem | undefined;
  onChange(value: string): void;
}

function CriterionField({ name, criterion, value, problem, onChange }: CriterionFieldProps) {
  const t = useTranslations("analysis.criteria");
  const { min, max, initial, locked } = criterion;
  return (
    <Field
      label={t(`label.${name}`)}
      hint={locked === null ? t("bounds", { min, max, initial }) : t("locked", { variable: locked })}
      error={problem && t(`problem.${problem}`, { min, max })}
      end={
        <span className="flex items-center gap-1.5 pr-1.5 text-muted-foreground text-xs">
          {t(`unit.${name}`)}
          {locked !== null && <Lock aria-hidden className="icon-12" />}
        </span>
      }
      inputMode="numeric"
      autoComplete="off"
      name={name}
      value={value}
      disabled={locked !== null}
      onChange={(event) => onChange(event.target.value)}
      className="pr-28"
    />
  );
}
