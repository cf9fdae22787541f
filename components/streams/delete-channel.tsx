import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useState } from "react";
import { toast } from "sonner";
import type { Channel } from "@/lib/streams/schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { StreamActions } from "./actions";
import { channelHref } from "./href";
import { refusalOf } from "./refusal";

interface DeleteChannelProps {
  channel: Pick<Channel, "channel_id" | "name">;
  actions: Pick<StreamActions, "remove">;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what goes, and asks for the channel's name before it does. */
export function DeleteChannel({ channel, actions, onClose, ...focus }: DeleteChannelProps) {
  const t = useTranslations("streams");
  const { name, channel_id } = channel;
  const [typed, setTyped] = useState("");
  const form = useRemove(channel, actions, onClose);
  const sure = typed === name || typed === channel_id;
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t("remove.title", { name })}>
      <form onSubmit={(event) => (sure ? form.submit(event) : event.preventDefault())} className="grid gap-3 p-4">
        <ul className="grid list-disc gap-1 pl-4 text-sm">
          <li>{t("remove.history")}</li>
          <li>{t("remove.comesBack")}</li>
        </ul>
        <Field
          label={t("remove.type", { name })}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <FormError>{form.error}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("back")}</Button>
          <Button type="submit" variant="destructive" disabled={!sure} aria-disabled={form.pending || undefined}>
            {t("verbs.delete")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useRemove(
  { channel_id, name }: DeleteChannelProps["channel"],
  { remove }: Pick<StreamActions, "remove">,
  onClose: () => void,
) {
  const t = useTranslations("streams");
  const router = useRouter();
  const pathname = usePathname();
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    const answer = await remove({ channel_id }).catch(() => null);
    setPending(false);
    if (!answer?.ok) return setError(t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" }));
    toast.success(t("done.remove", { name }));
    onClose();
    // Its own page is gone as well.
    if (pathname === channelHref(channel_id)) router.push("/streams");
    router.refresh();
  };
  return { error, pending, submit };
}
