import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";

interface CloseQuestionProps {
  onStay(): void;
  onLeave(): void;
}

/** Asks before what was typed is lost. */
export function CloseQuestion({ onStay, onLeave }: CloseQuestionProps) {
  const t = useTranslations("serverForm.close");
  return (
    <Dialog open onOpenChange={(open) => !open && onStay()} title={t("title")} className="max-w-sm">
      <div className="grid gap-3 p-4">
        <p className="text-sm">{t("text")}</p>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onStay}>{t("stay")}</Button>
          <Button variant="destructive" onClick={onLeave}>
            {t("leave")}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
