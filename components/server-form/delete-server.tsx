import { useTranslations } from "next-intl";
import { toast } from "sonner";
import { RemoveDialog, type RemoveDialogProps } from "../remove-dialog";
import type { ServerActions } from "./server-actions";

interface DeleteServerProps extends Pick<RemoveDialogProps, "onClose" | "returnTo"> {
  name: string;
  actions: Pick<ServerActions, "remove">;
}

export function DeleteServer({ name, actions, ...dialog }: DeleteServerProps) {
  const t = useTranslations("serverForm.remove");
  const remove = async () => {
    const answer = await actions.remove({ name }).catch(() => null);
    if (!answer?.ok) return t(answer?.error.code === "not_found" ? "gone" : "failed");
    toast.success(t("done", { name }));
    return null;
  };
  return (
    <RemoveDialog
      {...dialog}
      title={t("title", { name })}
      points={[t("configuration"), t("history"), t("untouched")]}
      label={t("type", { name })}
      names={[name]}
      words={{ cancel: t("cancel"), submit: t("submit"), pending: t("removing") }}
      remove={remove}
      own={`/servers/${encodeURIComponent(name)}`}
      all="/servers"
    />
  );
}
