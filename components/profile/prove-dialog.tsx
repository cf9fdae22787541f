import { useTranslations } from "next-intl";
import { type ReactNode, useState } from "react";
import type { ActionResult } from "@/lib/http/action";
import { FormError } from "../account/form-error";
import { PasswordField } from "../account/password-field";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { DialogButtons } from "./dialog-buttons";
import { textOf, useProfileAction } from "./use-profile-action";

interface ProveDialogProps<Data> {
  login: string;
  title: string;
  text: string;
  submit: string;
  danger?: boolean;
  run(proof: { current_password: string; code: string }): Promise<ActionResult<Data>>;
  /** @returns what is shown next in the dialog, or nothing when it is over */
  onDone(data: Data): ReactNode;
  onClose(): void;
}

/** Asks for password and code before the second factor changes. */
export function ProveDialog<Data>({ login, run, onDone, onClose, ...texts }: ProveDialogProps<Data>) {
  const t = useTranslations("profile");
  const [after, setAfter] = useState<ReactNode>(null);
  const form = useProfileAction(
    (fields) => run({ current_password: String(fields.get("current_password") ?? ""), code: textOf(fields, "code") }),
    (data) => setAfter(onDone(data)),
  );
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={texts.title}>
      {after ? (
        <div className="p-4">{after}</div>
      ) : (
        <form action={form.submit} className="grid gap-3 p-4">
          <p className="text-sm">{texts.text}</p>
          <input type="text" name="username" autoComplete="username" defaultValue={login} hidden />
          <PasswordField
            label={t("currentPassword")}
            name="current_password"
            autoComplete="current-password"
            required
            autoFocus
            error={form.errorOf("current_password")}
          />
          <Field
            label={t("totp.code")}
            name="code"
            autoComplete="one-time-code"
            autoCapitalize="none"
            spellCheck={false}
            required
            maxLength={100}
            hint={t("totp.codeOrRecovery")}
            error={form.errorOf("code")}
            className="mono h-9"
          />
          <FormError>{form.failure}</FormError>
          <DialogButtons
            submit={texts.submit}
            pending={form.pending}
            onCancel={onClose}
            danger={texts.danger ?? false}
          />
        </form>
      )}
    </Dialog>
  );
}
