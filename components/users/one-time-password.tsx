import { Check, Copy } from "lucide-react";
import { useTranslations } from "next-intl";
import { useRef, useState } from "react";
import { Button } from "../ui/button";
import { Field } from "../ui/field";

interface OneTimePasswordProps {
  login: string;
  password: string;
  onClose(): void;
}

/** A generated password, shown this once, with a button that copies it. */
export function OneTimePassword({ login, password, onClose }: OneTimePasswordProps) {
  const t = useTranslations("users.password");
  const [copied, setCopied] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const copy = async () => {
    const field = box.current?.querySelector("input");
    field?.select();
    const done = await navigator.clipboard?.writeText(password).then(
      () => true,
      () => false,
    );
    // Browsers keep the clipboard from pages that come by plain HTTP; the older way works there too.
    setCopied(done || document.execCommand("copy"));
  };
  return (
    <div ref={box} className="grid gap-3 p-4">
      <p className="text-sm">{t("once", { login })}</p>
      <Field
        label={t("label")}
        value={password}
        readOnly
        className="mono h-9"
        onFocus={(event) => event.target.select()}
      />
      <p role="status" className="text-xs text-muted-foreground">
        {copied ? t("copied") : t("hint")}
      </p>
      <div className="flex flex-wrap justify-end gap-2">
        <Button onClick={() => void copy()}>
          {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
          {t("copy")}
        </Button>
        <Button variant="primary" onClick={onClose}>
          {t("done")}
        </Button>
      </div>
    </div>
  );
}
