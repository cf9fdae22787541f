import { usePathname, useRouter } from "next/navigation";
import { useTranslations } from "next-intl";
import { type FormEvent, type RefObject, useState } from "react";
import { toast } from "sonner";
import { FormError } from "../account/form-error";
import { Button } from "../ui/button";
import { Dialog } from "../ui/dialog";
import { Field } from "../ui/field";
import type { ServerActions } from "./server-actions";

interface DeleteServerProps {
  name: string;
  actions: Pick<ServerActions, "remove">;
  onClose(): void;
  returnTo?: RefObject<HTMLElement | null>;
}

/** Says what goes, and asks for the server's name before it does. */
export function DeleteServer({ name, actions, onClose, returnTo }: DeleteServerProps) {
  const t = useTranslations("serverForm.remove");
  const [typed, setTyped] = useState("");
  const form = useRemove(name, actions, onClose);
  const focus = returnTo ? { returnTo } : {};
  return (
    <Dialog {...focus} open onOpenChange={(open) => !open && onClose()} title={t("title", { name })}>
      <form
        onSubmit={(event) => (typed === name ? form.submit(event) : event.preventDefault())}
        className="grid gap-3 p-4"
      >
        <ul className="grid list-disc gap-1 pl-4 text-sm">
          <li>{t("configuration")}</li>
          <li>{t("history")}</li>
          <li>{t("untouched")}</li>
        </ul>
        <Field
          label={t("type", { name })}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          autoCapitalize="none"
          autoComplete="off"
          spellCheck={false}
          autoFocus
        />
        <FormError>{form.failure && t(form.failure)}</FormError>
        <div className="flex flex-wrap justify-end gap-2">
          <Button onClick={onClose}>{t("cancel")}</Button>
          <Button
            type="submit"
            variant="destructive"
            disabled={typed !== name}
            aria-disabled={form.pending || undefined}
          >
            {form.pending ? t("removing") : t("submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function useRemove(name: string, { remove }: Pick<ServerActions, "remove">, onClose: () => void) {
  const t = useTranslations("serverForm.remove");
  const router = useRouter();
  const pathname = usePathname();
  const [failure, setFailure] = useState<"gone" | "failed" | null>(null);
  const [pending, setPending] = useState(false);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (pending) return;
    setPending(true);
    const answer = await remove({ name }).catch(() => null);
    setPending(false);
    if (!answer?.ok) return setFailure(answer?.error.code === "not_found" ? "gone" : "failed");
    toast.success(t("done", { name }));
    onClose();
    // Its own pages are gone as well.
    if (pathname.startsWith(`/servers/${encodeURIComponent(name)}`)) router.push("/servers");
    router.refresh();
  };
  return { failure, pending, submit };
}
