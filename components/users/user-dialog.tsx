import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { toast } from "sonner";
import type { ActionResult } from "@/lib/http/action";
import { FormError } from "../account/form-error";
import { Dialog } from "../ui/dialog";
import { FormButtons } from "./form-buttons";
import { OneTimePassword } from "./one-time-password";
import { useUserAction } from "./use-user-action";
import type { UserActions, UserRow } from "./user-actions";
import type { UserVerb } from "./user-verbs";
import { type Draft, VerbFields } from "./verb-fields";

interface UserDialogProps {
  verb: UserVerb;
  user: UserRow;
  own: boolean;
  actions: UserActions;
  onClose(): void;
  /** Where the focus goes afterwards. */
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what is about to happen to whom, asks for what it needs, and tells that it was done. */
export function UserDialog({ verb, user, own, actions, onClose, ...focus }: UserDialogProps) {
  const t = useTranslations("users");
  const { login } = user;
  const [password, setPassword] = useState<string | null>(null);
  const [draft, setDraft] = useState<Draft>({ email: user.email ?? "", role: user.role, reason: "", typed: "" });
  const onDone = (data: object) => {
    if ("password" in data) return setPassword(String(data.password));
    toast.success(t(`verbs.${verb}.done`, { login }));
    onClose();
  };
  const [errors, submit, pending] = useUserAction<object>(() => ask(verb, { user, actions, draft }), onDone);
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t(`verbs.${verb}.title`, { login })}>
      {password === null ? (
        <form onSubmit={submit} className="grid gap-3 p-4">
          <p className="text-sm">{t(`verbs.${verb}.text`, { login, sessions: user.sessions })}</p>
          <VerbFields verb={verb} login={login} own={own} draft={draft} set={set} errors={errors} />
          <FormError>{errors.form ? t(`refused.${errors.form}`) : null}</FormError>
          <FormButtons
            submit={t(`verbs.${verb}.submit`)}
            pending={pending}
            onCancel={onClose}
            danger={verb === "remove" || verb === "block" || verb === "reject"}
            disabled={verb === "remove" && draft.typed !== login}
          />
        </form>
      ) : (
        <OneTimePassword login={login} password={password} onClose={onClose} />
      )}
    </Dialog>
  );
}

interface Asked {
  user: UserRow;
  actions: UserActions;
  draft: Draft;
}

function ask(verb: UserVerb, { user, actions, draft }: Asked): Promise<ActionResult<object>> {
  const named = { login: user.login, etag: user.etag };
  const { role } = draft;
  if (verb === "edit") return actions.update({ ...named, email: draft.email.trim(), role });
  if (verb === "approve") return actions.approve({ ...named, role });
  if (verb === "reject") return actions.reject({ ...named, reason: draft.reason.trim() });
  return actions[verb](named);
}
