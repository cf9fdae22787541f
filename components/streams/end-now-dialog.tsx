import { useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useState } from "react";
import { toast } from "sonner";
import type { Channel } from "@/lib/streams/schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { StreamActions } from "./actions";
import { refusalOf } from "./refusal";

interface EndNowDialogProps {
  channel: Pick<Channel, "channel_id" | "name" | "listeners">;
  actions: Pick<StreamActions, "endNow">;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what stops and for how many, and takes a reason. */
export function EndNowDialog({ channel, actions, onClose, ...focus }: EndNowDialogProps) {
  const t = useTranslations("streams");
  const { channel_id, name, listeners } = channel;
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    const given = reason.trim();
    const answer = await actions.endNow({ channel_id, ...(given && { reason: given }) }).catch(() => null);
    setPending(false);
    if (!answer?.ok) return setError(t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" }));
    toast.success(t("done.endNow", { name }));
    onClose();
  };
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t("endNow.title", { name })}>
      <form onSubmit={(event) => void submit(event)} className="grid gap-3 p-4">
        <p className="text-sm">{t("endNow.text")}</p>
        <p className="text-sm">
          {listeners === null ? t("endNow.unknown") : t("endNow.listeners", { count: listeners })}
        </p>
        <Field
          label={t("endNow.reason")}
          hint={t("endNow.reasonHint")}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          maxLength={200}
          autoComplete="off"
        />
        <FormError>{error}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("back")}</Button>
          <Button type="submit" variant="destructive" aria-disabled={pending || undefined}>
            {t("verbs.endNow")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
