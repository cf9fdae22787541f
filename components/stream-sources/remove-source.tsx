import { useTranslations } from "next-intl";
import type { RefObject } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import type { SourceActions, SourceItem } from "./source-actions";
import { useSourceAction } from "./use-source-action";

interface RemoveSourceProps {
  source: SourceItem;
  remove: SourceActions["remove"];
  onClose(): void;
  returnTo: RefObject<HTMLElement | null>;
}

export function RemoveSource({ source, remove, onClose, returnTo }: RemoveSourceProps) {
  const t = useTranslations("streamSources");
  const { id, etag, name, channels } = source;
  const { run, pending, errorOf } = useSourceAction(
    () => remove({ id, etag }),
    () => {
      toast.success(t("remove.done", { name }));
      onClose();
    },
  );
  const title = t("remove.title", { name });
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} returnTo={returnTo}>
      <div className="grid gap-3 p-4">
        <p className="text-sm">{t("remove.text", { count: channels })}</p>
        <FormError>{errorOf("form") ?? null}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button variant="destructive" onClick={run} aria-disabled={pending || undefined}>
            {t("remove.submit")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
