import { useTranslations } from "next-intl";
import { useState } from "react";
import { KEY_SIZES, type SshKey } from "@/lib/ssh-keys/schema";
import { FormError } from "../account/form-error";
import { SelectField } from "../profile/select-field";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { FormButtons } from "./form-buttons";
import type { GenerateInput, KeyActions } from "./key-actions";
import { NameFields, PassphraseField } from "./new-key-fields";
import { PublicKey } from "./public-key";
import { useKeyAction } from "./use-key-action";

interface GenerateDialogProps extends Pick<KeyActions, "generate"> {
  onClose(): void;
}

/** Name, kind and passphrase; then the public part, and what to do with it. */
export function GenerateDialog({ generate, onClose }: GenerateDialogProps) {
  const t = useTranslations("sshKeys");
  const [made, setMade] = useState<SshKey | null>(null);
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={made ? t("generate.done", { name: made.name }) : t("generate.title")}
    >
      {made ? (
        <div className="grid gap-4 p-4">
          <p className="text-sm">{t(made.has_passphrase ? "generate.nextWithPassphrase" : "generate.next")}</p>
          <PublicKey sshKey={made} />
          <div className="flex justify-end">
            <Button variant="primary" onClick={onClose}>
              {t("close")}
            </Button>
          </div>
        </div>
      ) : (
        <GenerateForm generate={generate} onCancel={onClose} onMade={setMade} />
      )}
    </Dialog>
  );
}

/** Both in one choice: sizes are of RSA only. */
const KINDS = ["ed25519", ...KEY_SIZES.map((size) => `rsa ${size}` as const)] as const;
type Kind = (typeof KINDS)[number];

interface GenerateFormProps extends Pick<KeyActions, "generate"> {
  onCancel(): void;
  onMade(key: SshKey): void;
}

function GenerateForm({ generate, onCancel, onMade }: GenerateFormProps) {
  const t = useTranslations("sshKeys");
  const [draft, setDraft] = useState({ name: "", description: "", passphrase: "", kind: "ed25519" as Kind });
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const { submit, pending, errorOf } = useKeyAction(() => generate(inputOf(draft)), onMade);
  const fields = { draft, set, errorOf };
  return (
    <form onSubmit={submit} className="grid gap-3 p-4">
      <NameFields {...fields} />
      <SelectField
        label={t("columns.type")}
        value={draft.kind}
        onChange={(event) => set({ kind: event.target.value as Kind })}
        hint={t(draft.kind === "ed25519" ? "generate.ed25519Hint" : "generate.rsaHint")}
      >
        {KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kind === "ed25519" ? t("generate.ed25519") : t("generate.rsa", { bits: kind.slice(4) })}
          </option>
        ))}
      </SelectField>
      <PassphraseField {...fields} hint={t("generate.passphraseHint")} />
      <FormError>{errorOf("form") ?? null}</FormError>
      <FormButtons submit={t(pending ? "generate.pending" : "generate.submit")} pending={pending} onCancel={onCancel} />
    </form>
  );
}

function inputOf({ kind, ...draft }: Omit<GenerateInput, "key_type" | "key_size"> & { kind: Kind }): GenerateInput {
  const [type, size] = kind.split(" ");
  return { ...draft, key_type: type === "rsa" ? "rsa" : "ed25519", key_size: Number(size ?? 3_072) };
}
