import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

interface DialogButtonsProps {
  /** What the form does. */
  submit: string;
  pending: boolean;
  onCancel?: (() => void) | undefined;
  danger?: boolean;
}

/** The end of a form in a dialog. */
export function DialogButtons({ submit, pending, onCancel, danger }: DialogButtonsProps) {
  const t = useTranslations("profile");
  return (
    <div className="flex flex-wrap justify-end gap-2">
      {onCancel && <Button onClick={onCancel}>{t("cancel")}</Button>}
      <Button type="submit" variant={danger ? "destructive" : "primary"} aria-disabled={pending || undefined}>
        {submit}
      </Button>
    </div>
  );
}
