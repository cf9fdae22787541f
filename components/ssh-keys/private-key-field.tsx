import { CircleAlert, FileKey } from "lucide-react";
import { useTranslations } from "next-intl";
import { type DragEvent, useId, useRef, useState } from "react";
import { KEY_FILE_BYTES } from "@/lib/ssh-keys/schema";
import { cn } from "@/lib/utils";
import { Button } from "../ui/button";
import { Label } from "../ui/label";

/** What most keys of today begin with. */
const FIRST_LINE = "-----BEGIN OPENSSH PRIVATE KEY-----";

interface PrivateKeyFieldProps {
  value: string;
  error: string | undefined;
  /** @param file name of the file that it came from */
  onChange(text: string, file?: string): void;
}

/** Takes a private key as a text, from a chosen file, or from one that is dropped on it. */
export function PrivateKeyField({ value, error, onChange }: PrivateKeyFieldProps) {
  const t = useTranslations("sshKeys");
  const id = useId();
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [tooLarge, setTooLarge] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setTooLarge(file.size > KEY_FILE_BYTES);
    if (file.size <= KEY_FILE_BYTES) onChange(await file.text(), file.name);
  };
  const drag = (entered: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(entered);
  };
  const drop = (event: DragEvent) => {
    drag(false)(event);
    void take(event.dataTransfer.files[0]);
  };
  const problem = tooLarge ? t("refused.private_key_shape", { names: "" }) : error;
  return (
    <div className="grid gap-1.5">
      <div className="flex items-end gap-2">
        <Label htmlFor={id}>{t("import.key")}</Label>
        <Button size="sm" className="ml-auto" onClick={() => chooser.current?.click()}>
          <FileKey aria-hidden />
          {t("import.choose")}
        </Button>
        <input
          ref={chooser}
          type="file"
          hidden
          aria-label={t("import.choose")}
          onChange={({ target }) => {
            void take(target.files?.[0]);
            // The same file may be chosen again.
            target.value = "";
          }}
        />
      </div>
      <textarea
        id={id}
        value={value}
        onChange={(event) => {
          setTooLarge(false);
          onChange(event.target.value);
        }}
        onDragOver={drag(true)}
        onDragLeave={drag(false)}
        onDrop={drop}
        required
        rows={6}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="none"
        translate="no"
        placeholder={FIRST_LINE}
        aria-invalid={problem ? true : undefined}
        aria-describedby={`${id}-note`}
        className={cn(
          "mono w-full min-w-0 resize-y rounded-md border border-input bg-card px-2.5 py-2 text-foreground text-xs placeholder:text-muted-foreground focus-visible:outline-2 focus-visible:-outline-offset-1 aria-invalid:border-crit",
          over && "border-primary bg-selected",
        )}
      />
      <p
        id={`${id}-note`}
        className={problem ? "flex gap-1.5 text-crit-text text-xs" : "text-muted-foreground text-xs"}
      >
        {problem && <CircleAlert aria-hidden className="icon-12 mt-0.5" />}
        {problem ?? t("import.keyHint")}
      </p>
    </div>
  );
}
