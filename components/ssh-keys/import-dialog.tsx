import { useTranslations } from "next-intl";
import { useState } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Dialog } from "../ui/dialog";
import { FormButtons } from "./form-buttons";
import type { KeyActions } from "./key-actions";
import { NameFields, PassphraseField } from "./new-key-fields";
import { PrivateKeyField } from "./private-key-field";
import { useKeyAction } from "./use-key-action";

interface ImportDialogProps extends Pick<KeyActions, "importKey"> {
  onClose(): void;
}

/** A private key, pasted or out of a file, under a name. */
export function ImportDialog({ importKey, onClose }: ImportDialogProps) {
  const t = useTranslations("sshKeys");
  const [draft, setDraft] = useState({ name: "", description: "", passphrase: "", private_key: "" });
  const set = (change: Partial<typeof draft>) => setDraft((before) => ({ ...before, ...change }));
  const { submit, pending, errorOf } = useKeyAction(
    () => importKey(draft),
    ({ name }) => {
      toast.success(t("import.done", { name }));
      onClose();
    },
  );
  const fields = { draft, set, errorOf };
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t("import.title")}>
      <form onSubmit={submit} className="grid gap-3 p-4">
        <NameFields {...fields} />
        <PrivateKeyField
          value={draft.private_key}
          error={errorOf("private_key")}
          onChange={(text, file) =>
            setDraft((before) => ({ ...before, private_key: text, name: before.name || nameOf(file) }))
          }
        />
        <PassphraseField {...fields} hint={t("import.passphraseHint")} />
        <p className="text-muted-foreground text-xs">{t("import.kept")}</p>
        <FormError>{errorOf("form") ?? null}</FormError>
        <FormButtons submit={t("import.submit")} pending={pending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** `id_shop.pem` → `id_shop` */
const nameOf = (file: string | undefined): string => (file ?? "").replace(/\.(pem|key|txt)$/i, "").slice(0, 64);
