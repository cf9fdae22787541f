import { ArrowRight, PlugZap } from "lucide-react";
import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { readsOverSsh } from "./draft";
import type { ServerForm } from "./use-server-form";

interface FormFooterProps {
  form: ServerForm;
  onCancel(): void;
}

/** What can be done on a step; its primary button is what Enter does. */
export function FormFooter({ form, onCancel }: FormFooterProps) {
  const t = useTranslations("serverForm.footer");
  const { step, draft, start, pending } = form;
  const edits = start.stored !== null;
  const test = step === "postgres" ? form.tests.pg : form.tests.ssh;
  const testable = (step === "postgres" && draft.postgres) || (step === "ssh" && readsOverSsh(draft));
  const waits = { "aria-disabled": pending || undefined };
  const saving = pending ? t("saving") : t("save");
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-2 border-t bg-muted px-4 py-2.5 max-md:px-3 max-md:[&>button]:flex-1">
      {testable && (
        <Button onClick={test.run} disabled={test.running}>
          <PlugZap aria-hidden />
          {step === "postgres" ? t("test") : t("testSsh")}
        </Button>
      )}
      <span className="ml-auto max-md:hidden" />
      <Button variant="ghost" onClick={onCancel}>
        {t("cancel")}
      </Button>
      {edits && step !== "labels" && (
        <Button onClick={form.next}>
          {t("continue")}
          <ArrowRight aria-hidden />
        </Button>
      )}
      {!edits && step === "postgres" && draft.postgres && !draft.ssh && (
        <Button onClick={() => void form.save()} {...waits}>
          {pending ? t("saving") : t("saveWithoutSsh")}
        </Button>
      )}
      {!edits && step !== "labels" && step !== "postgres" && (
        <Button onClick={() => void form.save()} {...waits}>
          {saving}
        </Button>
      )}
      {edits || step === "labels" ? (
        <Button type="submit" variant="primary" {...waits}>
          {saving}
        </Button>
      ) : (
        <Button type="submit" variant="primary">
          {t("continue")}
          <ArrowRight aria-hidden />
        </Button>
      )}
    </div>
  );
}
