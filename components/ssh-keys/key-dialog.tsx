import { useTranslations } from "next-intl";
import { type RefObject, useState } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { FormButtons } from "./form-buttons";
import type { KeyActions, KeyRow } from "./key-actions";
import { KeyDetails, ServerLinks } from "./key-details";
import { NameFields } from "./new-key-fields";
import { useKeyAction } from "./use-key-action";

export type KeyVerb = "details" | "edit" | "remove";

export interface DialogFocus {
  /** Where the focus goes afterwards. */
  returnTo?: RefObject<HTMLElement | null>;
}

interface KeyDialogProps extends DialogFocus {
  verb: KeyVerb;
  sshKey: KeyRow;
  actions: Pick<KeyActions, "update" | "remove">;
  onClose(): void;
}

/** What is done with one key, each in a window of its own. */
export function KeyDialog({ verb, actions, ...rest }: KeyDialogProps) {
  if (verb === "details") return <KeyDetails {...rest} />;
  if (verb === "edit") return <EditKey {...rest} update={actions.update} />;
  return <RemoveKey {...rest} remove={actions.remove} />;
}

type OneProps = Omit<KeyDialogProps, "verb" | "actions">;

function EditKey({ sshKey, update, onClose, ...focus }: OneProps & Pick<KeyActions, "update">) {
  const t = useTranslations("sshKeys");
  const { id, etag } = sshKey;
  const [draft, setDraft] = useState({ name: sshKey.name, description: sshKey.description ?? "", passphrase: "" });
  const { submit, pending, errorOf } = useKeyAction(
    () => update({ id, etag, name: draft.name, description: draft.description }),
    () => {
      toast.success(t("edit.done", { name: draft.name.trim() }));
      onClose();
    },
  );
  const title = t("edit.title", { name: sshKey.name });
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={title}>
      <form onSubmit={submit} className="grid gap-3 p-4">
        <NameFields draft={draft} set={(change) => setDraft({ ...draft, ...change })} errorOf={errorOf} />
        <FormError>{errorOf("form") ?? null}</FormError>
        <FormButtons submit={t("edit.submit")} pending={pending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function RemoveKey({ sshKey, remove, onClose, ...focus }: OneProps & Pick<KeyActions, "remove">) {
  const t = useTranslations("sshKeys");
  const { id, etag, name, servers } = sshKey;
  const { submit, pending, errorOf } = useKeyAction(
    () => remove({ id, etag }),
    () => {
      toast.success(t("remove.done", { name }));
      onClose();
    },
  );
  const title = t("remove.title", { name });
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={title}>
      {servers.length > 0 ? (
        <div className="grid gap-3 p-4">
          <p className="text-sm">{t("remove.inUse", { count: servers.length })}</p>
          <ServerLinks names={servers} />
          <div className="flex justify-end">
            <Button variant="primary" onClick={onClose} autoFocus>
              {t("close")}
            </Button>
          </div>
        </div>
      ) : (
        <form onSubmit={submit} className="grid gap-3 p-4">
          <p className="text-sm">{t("remove.text")}</p>
          <FormError>{errorOf("form") ?? null}</FormError>
          <FormButtons submit={t("remove.submit")} pending={pending} onCancel={onClose} danger />
        </form>
      )}
    </Dialog>
  );
}
