import { useTranslations } from "next-intl";
import { Button } from "../ui/button";

interface FormButtonsProps {
  submit: string;
  pending: boolean;
  onCancel(): void;
  danger?: boolean;
  disabled?: boolean;
}

/** The end of a dialog's form. */
export function FormButtons({ submit, pending, onCancel, danger, disabled }: FormButtonsProps) {
  const t = useTranslations("users");
  return (
    <div className="flex flex-wrap justify-end gap-2">
      <Button onClick={onCancel}>{t("cancel")}</Button>
      <Button
        type="submit"
        variant={danger ? "destructive" : "primary"}
        disabled={disabled}
        aria-disabled={pending || undefined}
      >
        {submit}
      </Button>
    </div>
  );
}
