import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

interface FormButtonsProps {
  submit: string;
  pending: boolean;
  onCancel(): void;
  danger?: boolean;
}

/** The end of a dialog's form. */
export function FormButtons({ submit, pending, onCancel, danger }: FormButtonsProps) {
  const t = useTranslations("sshKeys");
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onCancel}>{t("cancel")}</Button>
      <Button type="submit" variant={danger ? "destructive" : "primary"} aria-disabled={pending || undefined}>
        {submit}
      </Button>
    </div>
  );
}
