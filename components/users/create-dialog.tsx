import { useTranslations } from "next-intl";
import { useState } from "react";
import type { Role } from "@/lib/users/permissions";
import { FormError } from "../account/form-error";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import { FormButtons } from "./form-buttons";
import { OneTimePassword } from "./one-time-password";
import { RoleChoice } from "./role-choice";
import { useUserAction } from "./use-user-action";
import type { UserActions } from "./user-actions";

interface CreateDialogProps extends Pick<UserActions, "create"> {
  onClose(): void;
}

/** Login, e-mail and role; then the password that was generated, once. */
export function CreateDialog({ create, onClose }: CreateDialogProps) {
  const t = useTranslations("users");
  const [created, setCreated] = useState<{ login: string; password: string } | null>(null);
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={created ? t("create.done") : t("create.title")}>
      {created ? (
        <OneTimePassword {...created} onClose={onClose} />
      ) : (
        <CreateForm
          create={create}
          onCancel={onClose}
          onCreated={(login, password) => (password ? setCreated({ login, password }) : onClose())}
        />
      )}
    </Dialog>
  );
}

interface CreateFormProps extends Pick<UserActions, "create"> {
  onCancel(): void;
  onCreated(login: string, password: string | undefined): void;
}

function CreateForm({ create, onCancel, onCreated }: CreateFormProps) {
  const t = useTranslations("users");
  const [draft, setDraft] = useState({ login: "", email: "", role: "viewer" as Role });
  const set = (change: Partial<typeof draft>) => setDraft({ ...draft, ...change });
  const [errors, submit, pending] = useUserAction(
    () => create({ ...draft, login: draft.login.trim(), email: draft.email.trim() }),
    ({ password }) => onCreated(draft.login.trim(), password),
  );
  return (
    <form onSubmit={submit} className="grid gap-3 p-4">
      <Field
        label={t("columns.login")}
        value={draft.login}
        onChange={(event) => set({ login: event.target.value })}
        required
        autoFocus
        autoCapitalize="none"
        autoComplete="off"
        spellCheck={false}
        hint={t("create.loginHint")}
        error={errors.login && t(`refused.${errors.login}`)}
      />
      <Field
        label={t("create.email")}
        type="email"
        value={draft.email}
        onChange={(event) => set({ email: event.target.value })}
        autoComplete="off"
        error={errors.email && t(`refused.${errors.email}`)}
      />
      <RoleChoice value={draft.role} onChange={(event) => set({ role: event.target.value as Role })} />
      <p className="text-xs text-muted-foreground">{t("create.passwordHint")}</p>
      <FormError>{errors.form ? t(`refused.${errors.form}`) : null}</FormError>
      <FormButtons submit={t("create.submit")} pending={pending} onCancel={onCancel} />
    </form>
  );
}
