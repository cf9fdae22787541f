import { useTranslations } from "next-intl";
import { toast } from "sonner";
import type { Channel } from "@/lib/streams/schema";
import { RemoveDialog, type RemoveDialogProps } from "../remove-dialog";
import type { StreamActions } from "./actions";
import { channelHref } from "./href";
import { refusalOf } from "./refusal";

interface DeleteChannelProps extends Pick<RemoveDialogProps, "onClose" | "returnTo"> {
  channel: Pick<Channel, "channel_id" | "name">;
  actions: Pick<StreamActions, "remove">;
}

export function DeleteChannel({ channel: { channel_id, name }, actions, ...dialog }: DeleteChannelProps) {
  const t = useTranslations("streams");
  const remove = async () => {
    const answer = await actions.remove({ channel_id }).catch(() => null);
    if (!answer?.ok) return t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" });
    toast.success(t("done.remove", { name }));
    return null;
  };
  return (
    <RemoveDialog
      {...dialog}
      title={t("remove.title", { name })}
      points={[t("remove.history"), t("remove.comesBack")]}
      label={t("remove.type", { name })}
      names={[name, channel_id]}
      words={{ cancel: t("back"), submit: t("verbs.delete") }}
      remove={remove}
      own={channelHref(channel_id)}
      all="/streams"
    />
  );
}
