import { useTranslations } from "next-intl";
import { Button } from "../ui/button";
import { CopyButton } from "./copy-button";

interface RecoveryCodesProps {
  codes: readonly string[];
  onDone(): void;
}

/** The codes for the day the phone is gone, shown this once. */
export function RecoveryCodes({ codes, onDone }: RecoveryCodesProps) {
  const t = useTranslations("profile.totp");
  return (
    <div className="grid gap-3">
      <p className="text-sm">{t("codesText")}</p>
      <ol className="grid grid-cols-2 gap-x-4 gap-y-1 rounded-md border bg-muted px-3 py-2 max-[400px]:grid-cols-1">
        {codes.map((code) => (
          <li key={code} className="mono whitespace-nowrap" translate="no">
            {code}
          </li>
        ))}
      </ol>
      <div className="flex flex-wrap items-center gap-2">
        <CopyButton text={codes.join("\n")} />
        <Button variant="primary" className="ml-auto" onClick={onDone}>
          {t("codesKept")}
        </Button>
      </div>
    </div>
  );
}
