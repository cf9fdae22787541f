import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { draftOf, fieldsOf, type SourceDraft } from "./draft";
import type { SourceActions, SourceItem } from "./source-actions";
import { SourceFormFields } from "./source-form-fields";
import { TestPanel } from "./test-panel";
import { useSourceAction } from "./use-source-action";

interface SourceDialogProps {
  /** Null for a new one. */
  source: SourceItem | null;
  actions: SourceActions;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** A source that is added or changed, with what it answers at its side. */
export function SourceDialog({ source, actions, onClose, returnTo }: SourceDialogProps) {
  const t = useTranslations("streamSources");
  const [draft, setDraft] = useState(() => draftOf(source));
  const set = (change: Partial<SourceDraft>) => setDraft((before) => ({ ...before, ...change }));
  const save = useSourceAction(
    () => {
      const fields = fieldsOf(draft);
      return source ? actions.update({ ...fields, id: source.id, etag: source.etag }) : actions.create(fields);
    },
    ({ name }) => {
      toast.success(t(source ? "edit.done" : "add.done", { name }));
      onClose();
    },
  );
  const title = source ? t("edit.title", { name: source.name }) : t("add.title");
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={title}
      className="max-w-3xl"
      {...(returnTo && { returnTo })}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.run();
        }}
      >
        <div className="grid md:grid-cols-[minmax(0,1fr)_300px]">
          <div className="grid content-start gap-3 p-4">
            <SourceFormFields source={source} draft={draft} set={set} errorOf={save.errorOf} />
            <FormError>{save.errorOf("form") ?? null}</FormError>
          </div>
          <TestPanel source={source} draft={draft} test={actions.test} />
        </div>
        <div className="flex flex-wrap justify-end gap-2 border-t px-4 py-3">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button type="submit" variant="primary" aria-disabled={save.pending || undefined}>
            {t(source ? "edit.submit" : "add.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
