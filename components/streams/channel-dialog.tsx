import { useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useState } from "react";
import { toast } from "sonner";
import type { FieldError } from "@/lib/errors";
import type { ChannelDetail } from "@/lib/streams/channel-schema";
import type { Channel } from "@/lib/streams/schema";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { ChannelChanges, StreamActions } from "./actions";
import { refusalOf } from "./refusal";

/** Where commands for the streamer go; its secret is never told. */
export type Webhook = NonNullable<ChannelDetail["webhook"]>;

interface ChannelDialogProps {
  channel: Pick<Channel, "channel_id" | "name" | "source">;
  webhook: Webhook | null;
  actions: Pick<StreamActions, "update">;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Name of a channel, and the webhook that its streamer listens on. */
export function ChannelDialog({ channel, webhook, actions, onClose, ...focus }: ChannelDialogProps) {
  const t = useTranslations("streams.edit");
  const texts = useTranslations("streams");
  const [name, setName] = useState(channel.name === channel.channel_id ? "" : channel.name);
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [secret, setSecret] = useState("");
  const form = useSave(channel.channel_id, actions, onClose);
  const polled = channel.source.kind !== "push";
  const changes = (): Omit<ChannelChanges, "channel_id"> => ({
    name: name.trim() || null,
    ...(!polled && { webhook: webhookOf(url.trim(), secret) }),
  });
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t("title", { name: channel.name })}>
      <form onSubmit={(event) => void form.submit(event, changes())} className="grid gap-3 p-4">
        <Field
          label={t("name")}
          hint={t("nameHint")}
          error={form.errorOf("name")}
          placeholder={channel.channel_id}
          value={name}
          onChange={(event) => setName(event.target.value)}
          maxLength={200}
          autoComplete="off"
        />
        {!polled && (
          <>
            <Field
              label={t("webhook")}
              hint={t("webhookHint")}
              error={form.errorOf("webhook")}
              type="url"
              value={url}
              onChange={(event) => setUrl(event.target.value)}
              autoComplete="off"
              spellCheck={false}
            />
            {url.trim() !== "" && (
              <Field
                label={t("secret")}
                hint={webhook?.has_secret ? t("secretKept") : t("secretHint")}
                error={form.errorOf("secret")}
                type="password"
                value={secret}
                onChange={(event) => setSecret(event.target.value)}
                autoComplete="new-password"
              />
            )}
          </>
        )}
        <FormError>{form.error}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{texts("back")}</Button>
          <Button type="submit" variant="primary" aria-disabled={form.pending || undefined}>
            {texts("verbs.save")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

const webhookOf = (url: string, secret: string): ChannelChanges["webhook"] =>
  url === "" ? null : { url, ...(secret !== "" && { secret }) };

function useSave(channel_id: string, { update }: Pick<StreamActions, "update">, onClose: () => void) {
  const t = useTranslations("streams");
  const router = useRouter();
  const [error, setError] = useState<string | null>(null);
  const [fields, setFields] = useState<FieldError[]>([]);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent, changes: Omit<ChannelChanges, "channel_id">) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    const answer = await update({ channel_id, ...changes }).catch(() => null);
    setPending(false);
    if (answer?.ok) {
      toast.success(t("done.update"));
      onClose();
      return router.refresh();
    }
    const wrong = answer?.error.fields ?? [];
    setFields(wrong);
    setError(wrong.length > 0 ? null : t(`refused.${refusalOf(answer)}`, { message: answer?.error.message ?? "" }));
  };
  /** `webhook.url` stands at the webhook's own field, `webhook.secret` at the secret's. */
  const errorOf = (field: "name" | "webhook" | "secret") =>
    fields.find(({ path }) => (field === "webhook" ? /^webhook(\.url)?$/.test(path) : path.endsWith(field)))?.message;
  return { error, errorOf, pending, submit };
}
